"""The warnings of a run, kept for its report."""

from __future__ import annotations

import threading

from ...protocol.events import Event, Warned
from .events import EventSink


class NotedWarnings(EventSink):
    """Passes events on and keeps the warnings that concern the result.

    Args:
        events: the next sink.
    """

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._messages: list[str] = []

    def emit(self, event: Event) -> None:
        """Pass an event on; keep it if it is such a warning."""
        if isinstance(event, Warned) and event.concerns_result:
            with self._lock:
                self._messages.append(event.message)
        self._events.emit(event)

    @property
    def messages(self) -> tuple[str, ...]:
        """Messages of the warnings so far that concern the result, not the machine."""
        with self._lock:
            return tuple(self._messages)
