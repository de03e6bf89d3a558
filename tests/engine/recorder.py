"""An event sink that remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from xview2_qgis.engine.run.events import EventSink
from xview2_qgis.protocol.events import Event, Progress, Warned

AnyEvent = TypeVar("AnyEvent", bound=Event)


class Recorder(EventSink):
    """Keeps all events in their order; may do something at every progress.

    Args:
        on_progress: called with stage, done and total.
    """

    def __init__(self, on_progress: Callable[[str, float, float], object] | None = None) -> None:
        self.events: list[Event] = []
        self._on_progress = on_progress

    def emit(self, event: Event) -> None:
        self.events.append(event)
        if self._on_progress and isinstance(event, Progress):
            self._on_progress(event.stage, event.done, event.total)

    def of(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def steps(self) -> list[tuple[str, float, float]]:
        """Stage, done and total of every progress."""
        return [(event.stage, event.done, event.total) for event in self.of(Progress)]

    @property
    def warned(self) -> list[str]:
        """Codes of the warnings."""
        return [event.code for event in self.of(Warned)]
