"""The border of the engine to the program that reads its events: no secret crosses it, whatever library wrote it."""

from __future__ import annotations

from dataclasses import replace

from ...protocol.events import Event, Progress
from ...protocol.redaction import Redaction
from .events import EventSink

# output: the caller's own argument, which a program opens when the run is done; it is in no file that is passed on
_AS_GIVEN = ("output", "code")


class DiscreetEvents(EventSink):
    """Passes events on without passwords, queries, signatures, and with names instead of the user's folders.

    Args:
        events: the next sink.
        redaction: what is removed.
    """

    def __init__(self, events: EventSink, redaction: Redaction) -> None:
        self._events = events
        self._redaction = redaction

    def emit(self, event: Event) -> None:
        """Pass a cleaned event on."""
        if not isinstance(event, Progress):
            texts = {
                name: self._redaction.clean(value)
                for name, value in vars(event).items()
                if isinstance(value, str) and name not in _AS_GIVEN
            }
            event = replace(event, **texts)
        self._events.emit(event)
