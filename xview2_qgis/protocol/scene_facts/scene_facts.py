"""Event and imagery of a scene together, as the table ``run`` of a result keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .event_facts import EventFacts
from .fault import FactsFault
from .image_facts import ImageFacts

Part = TypeVar("Part", EventFacts, ImageFacts)


@dataclass(frozen=True)
class SceneFacts:
    """What is known of a scene beside its pixels.

    Attributes:
        event: the event.
        pre: the pre-event image; empty also where there is none.
        post: the post-event image.
    """

    event: EventFacts = field(default_factory=EventFacts)
    pre: ImageFacts = field(default_factory=ImageFacts)
    post: ImageFacts = field(default_factory=ImageFacts)

    def to_columns(self) -> dict[str, str | float | None]:
        """Return the values of the columns :data:`COLUMNS`; None for what is not known."""
        return {
            f"{role}_{name}": None if value == "" else value
            for role, part in (("event", self.event), ("pre", self.pre), ("post", self.post))
            for name, value in values_of(part).items()
        }

    @classmethod
    def from_columns(cls, row: Mapping[str, object]) -> SceneFacts:
        """Return the facts in a row of the table ``run``.

        Columns that it lacks, as in results of older versions, and values that are not of their kind, as after an edit
        with another program, count as not known.
        """
        return cls(
            _readable(EventFacts, row, "event"), _readable(ImageFacts, row, "pre"), _readable(ImageFacts, row, "post")
        )

    def completed(self, found: SceneFacts) -> SceneFacts:
        """Return these facts, and those that were found where these say nothing."""
        return SceneFacts(
            _completed(self.event, found.event), _completed(self.pre, found.pre), _completed(self.post, found.post)
        )


def values_of(part: EventFacts | ImageFacts) -> dict[str, str | float | None]:
    """Return the values of a part by their names."""
    return {name: getattr(part, name) for name in names_of(type(part))}


def names_of(kind: type[EventFacts | ImageFacts]) -> tuple[str, ...]:
    """Return the names of the values of a part, in their order."""
    return tuple(one.name for one in fields(kind))


def _readable(kind: type[Part], row: Mapping[str, object], role: str) -> Part:
    """Return a part of what is of its kind in a row."""
    kept: dict[str, Any] = {}
    for name in names_of(kind):
        value: dict[str, Any] = {name: row.get(f"{role}_{name}")}
        with suppress(FactsFault):
            kept[name] = getattr(kind(**value), name)
    return kind(**kept)


def _completed(own: Part, found: Part) -> Part:
    others = values_of(found)
    # an angle of 0 is known
    values: dict[str, Any] = {
        name: others[name] if value in ("", None) else value for name, value in values_of(own).items()
    }
    return type(own)(**values)


#: Columns of the table ``run``: those of the event, of the pre-event and of the post-event image.
COLUMNS: tuple[str, ...] = tuple(SceneFacts().to_columns())
#: Those of them that hold numbers; the others hold texts.
NUMBER_COLUMNS = frozenset(name for name in COLUMNS if name.endswith(("_gsd_m", "_off_nadir_deg")))
