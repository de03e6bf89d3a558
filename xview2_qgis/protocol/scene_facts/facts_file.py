"""The file with the facts of a scene: JSON with the parts ``event``, ``pre`` and ``post``.

Names are those of the fields of :class:`.EventFacts` and :class:`.ImageFacts`. What is not known is left out. The
reading is strict: a name that is misspelled would be lost without a word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .event_facts import EventFacts
from .fault import FactsFault
from .image_facts import ImageFacts
from .scene_facts import Part, SceneFacts, names_of, values_of
from .values import shown

#: Bytes of such a file; more is some other file.
LARGEST_FILE = 2**20

_KINDS = {"event": EventFacts, "pre": ImageFacts, "post": ImageFacts}
_LIKE = 'write as in {"event": {"name": "…", "date": "2023-02-06"}, "post": {"source": "…"}}'


def is_inline(event: str | None) -> bool:
    """Return whether what is given for the facts are the facts themselves, not the name of a file."""
    return event is not None and event.lstrip("\ufeff \t\r\n").startswith("{")


def facts_from_json(text: str) -> SceneFacts:
    """Return the facts in the text of a file.

    Raises:
        FactsFault: it is no JSON, has a name that is not known, or a value that is not of its kind.
    """
    try:
        found = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_unambiguous)
    except FactsFault:
        raise
    except (ValueError, RecursionError) as error:
        at = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "somewhere"
        raise FactsFault("", f"it is no JSON ({at})", _LIKE) from None
    return facts_from_mapping(found)


def facts_from_mapping(found: object) -> SceneFacts:
    """Return the facts in what was read from a file.

    Raises:
        FactsFault: there is a name that is not known, or a value that is not of its kind.
    """
    parts = _named(found, tuple(_KINDS), "")
    return SceneFacts(
        _part(EventFacts, "event", parts), _part(ImageFacts, "pre", parts), _part(ImageFacts, "post", parts)
    )


def facts_to_json(facts: SceneFacts) -> str:
    """Return the text of a file with what is known."""
    parts = {role: _known(getattr(facts, role)) for role in _KINDS}
    return json.dumps({role: part for role, part in parts.items() if part}, ensure_ascii=False, indent=2) + "\n"


def _known(part: EventFacts | ImageFacts) -> dict[str, str | float]:
    return {name: value for name, value in values_of(part).items() if value is not None and value != ""}


def _part(kind: type[Part], role: str, parts: Mapping[str, object]) -> Part:
    given = parts.get(role)
    if given is None:
        return kind()
    values: dict[str, Any] = _named(given, names_of(kind), role)
    try:
        return kind(**values)
    except FactsFault as fault:
        raise fault.within(role) from None


def _named(found: object, known: tuple[str, ...], role: str) -> dict[str, Any]:
    """Return what has names, all of which are known."""
    if not isinstance(found, dict):
        raise FactsFault(role, "has no names" if role else "it has no names", _LIKE)
    for name in found:
        if name not in known:
            place = f" in {role}" if role else ""
            raise FactsFault("", f"unknown name {shown(name)}{place}", f"known are {', '.join(known)}")
    return found


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise FactsFault("", f"the name {shown(name)} is there twice", "leave one of them out")
    return dict(pairs)
