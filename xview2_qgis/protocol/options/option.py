"""One option: how a field of a dataclass becomes an argument of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from typing import Any

from .kinds import Choice, Flag, Kind, Switch

_SAME_OF_POST = "the same for the post-event image"
_ROLES = ("pre", "post")


@dataclass(frozen=True)
class Option:
    """One option of the command line.

    Attributes:
        name: its name in records and in the parsed command line, such as ``pre_bands``.
        place: names of the fields that lead to its value.
        kind: converts its values.
        group: title under which the help of the command lists it.
        help: one sentence, None for an option that the help does not show.
        metavar: what stands for its value in the help, None for its own name.
        required: whether it has to be given.
        recorded: whether the record of a run names it.
    """

    name: str
    place: tuple[str, ...]
    kind: Kind[Any]
    group: str
    help: str | None
    metavar: str | None
    required: bool
    recorded: bool

    @property
    def flag(self) -> str:
        """How it is written, such as ``--pre-bands``."""
        return "--" + self.name.replace("_", "-")

    @property
    def words(self) -> tuple[str, ...]:
        """The words to choose from on the command line; empty where any text is possible."""
        return tuple(self.kind.words) if isinstance(self.kind, (Choice, Switch)) else ()

    @property
    def offered(self) -> tuple[str, ...]:
        """The words that a widget offers, the default first."""
        unset = self.kind.unset if isinstance(self.kind, Choice) else None
        return self.words if unset is None else (unset, *self.words)

    def of(self, parameters: object) -> object:
        """Return its value."""
        for name in self.place:
            if parameters is None:  # of an image that is not there
                return None
            parameters = getattr(parameters, name)
        return parameters

    def arguments(self, parameters: object) -> Iterator[str]:
        """Yield the argument that gives its value, none where leaving it out does.

        It is one word, so that a value with a leading dash cannot be taken for an option.
        """
        text = self.kind.text(self.of(parameters))
        if text:
            yield self.flag if isinstance(self.kind, Flag) else f"{self.flag}={text}"


@dataclass(frozen=True)
class _Description:
    """What the field of an option says of it, see :class:`Option`."""

    kind: Kind[Any]
    group: str
    help: str | None
    metavar: str | None
    post_help: str
    recorded: bool


def option(
    kind: Kind[Any], group: str, help: str | None, metavar: str | None = None, *,
    post_help: str = _SAME_OF_POST, recorded: bool = True,
) -> Mapping[str, _Description]:  # fmt: skip
    """Return the metadata of a field that is an option.

    Args:
        kind: as of :class:`Option`, like the others.
        group: title in the help.
        help: one sentence.
        metavar: stands for the value.
        post_help: for an option of an image, the help of that of the post-event image.
        recorded: whether the record of a run names it.
    """
    return {"option": _Description(kind, group, help, metavar, post_help, recorded)}


def options_of(parameters: type, image: type) -> tuple[Option, ...]:
    """Return the images, all other options in the order of their fields, and the details of the images.

    Args:
        parameters: dataclass whose fields ``pre`` and ``post`` are images and whose other fields are options.
        image: dataclass of an image, its path first.
    """
    paths, *details = [[_of_image(part, role) for role in _ROLES] for part in fields(image)]
    own = [_described(part, part.name, (part.name,)) for part in fields(parameters) if part.name not in _ROLES]
    return (*paths, *own, *(option for pair in details for option in pair))


def _of_image(part: Field[Any], role: str) -> Option:
    found = _described(part, role if part.name == "path" else f"{role}_{part.name}", (role, part.name))
    if role == "post":
        return replace(found, help=part.metadata["option"].post_help)
    return replace(found, required=False)  # a post-event image may be assessed alone


def _described(part: Field[Any], name: str, place: tuple[str, ...]) -> Option:
    told: _Description = part.metadata["option"]
    return Option(name, place, told.kind, told.group, told.help, told.metavar, part.default is MISSING, told.recorded)
