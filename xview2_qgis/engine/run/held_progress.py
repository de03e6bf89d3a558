"""Progress of a stage that begins while the one before it still runs."""

from __future__ import annotations

import threading

from ...protocol.events import Event, Progress
from .events import EventSink


class HeldProgress(EventSink):
    """Passes events on, but holds progress back until :meth:`release`, which passes on the last of it.

    Args:
        events: the next sink.
    """

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._held = True
        self._last: Progress | None = None

    def emit(self, event: Event) -> None:
        """Pass an event on, or hold it back."""
        if not isinstance(event, Progress):
            self._events.emit(event)
            return
        with self._lock:
            if self._held:
                self._last = event
            else:
                self._events.emit(event)

    def release(self) -> None:
        """Pass on what was held back, and from now on every event at once."""
        with self._lock:
            self._held = False
            if self._last is not None:
                self._events.emit(self._last)
