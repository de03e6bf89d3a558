"""The warnings of a run, kept for those who see its report and not its messages."""

from __future__ import annotations

import threading

from ...protocol.warning_codes import OF_THE_MACHINE
from .events import EventSink


class NotedWarnings:
    """An event sink that passes everything on and keeps the warnings that say something about the result.

    Args:
        events: who is told.
    """

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._messages: list[str] = []
        self.started, self.progress, self.result = events.started, events.progress, events.result
        self.error, self.cancelled = events.error, events.cancelled

    def warning(self, code: str, message: str) -> None:
        """Pass a warning on and keep it."""
        if code not in OF_THE_MACHINE:
            with self._lock:
                self._messages.append(message)
        self._events.warning(code, message)

    @property
    def messages(self) -> tuple[str, ...]:
        """What was warned of so far, but for the machine."""
        with self._lock:
            return tuple(self._messages)
