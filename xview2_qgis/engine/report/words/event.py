"""The event of a result in words: headline and what stands below it."""

from __future__ import annotations

import re

from ....protocol.language.mark import mark
from ...language.wording import Wording
from ...stored.run import StoredRun

_TYPES: dict[str, str] = {
    "earthquake": mark("Earthquake"),
    "flood": mark("Flood"),
    "storm": mark("Storm"),
    "wildfire": mark("Wildfire"),
    "volcanic eruption": mark("Volcanic eruption"),
    "tsunami": mark("Tsunami"),
    "landslide": mark("Landslide"),
    "explosion": mark("Explosion"),
    "tornado": mark("Tornado"),
    "avalanche": mark("Avalanche"),
    "industrial accident": mark("Industrial accident"),
    "conflict": mark("Conflict"),
}


def headline(run: StoredRun, wording: Wording) -> str:
    """Return the title of a report: event and place, and where neither is known the name of the post-event image."""
    event = run.facts.event
    known = [text for text in (event.name, event.area, event.country) if text]
    what = ", ".join(known) or _stem(run.post or run.scene)
    return wording.tr("Building damage: {what}").format(what=what) if what else wording.tr("Building damage")


def event_line(run: StoredRun, wording: Wording) -> str:
    """Return kind, date and GLIDE number of the event, empty where nothing is known."""
    event = run.facts.event
    kind = _TYPES.get(event.type)
    parts = [
        wording.tr(kind) if kind else "",
        wording.moment(event.date) if event.date else "",
        f"GLIDE {event.glide}" if event.glide else "",
    ]
    return " · ".join(filter(None, parts))


def event_type(run: StoredRun, wording: Wording) -> str:
    """Return the kind of the event, empty where it is not known."""
    kind = _TYPES.get(run.facts.event.type)
    return wording.tr(kind) if kind else ""


def _stem(name: str) -> str:
    """Return the name of an image as words."""
    return re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name).replace("_", " ").strip() or name
