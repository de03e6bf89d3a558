"""Event and imagery of one scene of a batch."""

from __future__ import annotations

from datetime import UTC, datetime

from ...protocol.scene_facts import EventFacts, ImageFacts, SceneFacts
from ..imagery.event_file import given_facts, is_event_file
from .scenes.catalog import Scene

_DAY = len("2023-02-06")


def facts_of_scene(scene: Scene, of_all: SceneFacts) -> SceneFacts:
    """Return what is said of a scene: in its line of the list first, then for all scenes.

    Args:
        scene: the line.
        of_all: what holds for all scenes.

    Raises:
        InputError: a file that it names cannot be used (``event-file``).
    """
    named = is_event_file(scene.event)
    told = SceneFacts(
        EventFacts(name="" if named else scene.event),
        ImageFacts(acquired=_moment(scene.pre_date)),
        ImageFacts(acquired=_moment(scene.post_date)),
    )
    if named:
        told = told.completed(given_facts(scene.event))
    return told.completed(of_all)


def _moment(date: str) -> str:
    """Return a date of the list, which was checked, in the one spelling of facts."""
    if not date:
        return ""
    moment = datetime.fromisoformat(date)
    if len(date) <= _DAY:
        return moment.date().isoformat()
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
