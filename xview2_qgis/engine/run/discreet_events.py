"""The border of the engine to whoever listens: nothing secret crosses it, whoever wrote the message."""

from __future__ import annotations

from ...protocol.redaction import Redaction
from .events import EventSink

# the caller's own argument, which a program opens when the run is done; it is in no file that is passed on
_AS_GIVEN = ("output",)


class DiscreetEvents:
    """Passes everything on, without passwords, queries, signatures, and with names instead of the user's folders.

    Args:
        events: who is told.
        redaction: what must not be told.
    """

    def __init__(self, events: EventSink, redaction: Redaction) -> None:
        self._events = events
        self._redaction = redaction
        self.progress, self.cancelled = events.progress, events.cancelled

    def started(self, **facts: object) -> None:
        """Report that the run has begun."""
        self._events.started(**self._clean(facts))

    def warning(self, code: str, message: str) -> None:
        """Report something the user should know."""
        self._events.warning(code, self._redaction.clean(message))

    def result(self, **facts: object) -> None:
        """Report the finished run."""
        self._events.result(**self._clean(facts))

    def error(self, code: str, message: str, hint: str) -> None:
        """Report why the run failed."""
        self._events.error(code, self._redaction.clean(message), self._redaction.clean(hint))

    def _clean(self, facts: dict[str, object]) -> dict[str, object]:
        return {
            key: self._redaction.clean(value) if isinstance(value, str) and key not in _AS_GIVEN else value
            for key, value in facts.items()
        }
