"""The name of an event in files, keys and addresses: small Latin letters, digits and a separator."""

from __future__ import annotations

from ....protocol.scene_facts import EventFacts
from ..event_name import slug

_LONGEST = 60


def event_slug(event: EventFacts, separator: str = "_") -> str:
    """Return an event as a name: its own with its year, else its GLIDE number, its type and date, or ``event``."""
    name, year = _small(event.name, separator), event.date[:4]
    if name:
        return name if not year or year in name else f"{name}{separator}{year}"
    return _small(event.glide, separator) or _small(f"{event.type} {event.date[:10]}", separator) or "event"


def _small(text: str, separator: str) -> str:
    """Return a text as a name, empty where it has no Latin letters or digits."""
    return slug(text, separator).lower()[:_LONGEST].strip(separator)
