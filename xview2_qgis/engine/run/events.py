"""Where a run reports to."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ...protocol.events import Event, Progress, Stage, Warned


class EventSink(ABC):
    """Takes the events of a run. All methods may be called from any thread.

    What writes events is a sink; what changes, keeps or delays them is one too, and passes them on to the next.
    """

    @abstractmethod
    def emit(self, event: Event) -> None:
        """Take an event."""

    def progress(self, stage: Stage, done: int, total: int) -> None:
        """Report that a stage has come to ``done`` of ``total`` steps."""
        self.emit(Progress(stage, done, total))

    def warning(self, code: str, message: str) -> None:
        """Report something the user should know."""
        self.emit(Warned(code, message))
