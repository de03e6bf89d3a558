"""The run context: what every stage of a run reports to and stops at."""

from __future__ import annotations

import copy

from ...protocol.events import Stage
from ...protocol.redaction import Redaction
from .cancellation import Cancellation
from .discreet_events import DiscreetEvents
from .events import EventSink
from .held_progress import HeldProgress
from .noted_warnings import NotedWarnings


class RunContext:
    """Events and cancellation of one run. Its methods may be called from any thread.

    A context belongs to one run: warnings are kept for its report. Several runs may share a cancellation.

    Args:
        events: where the run reports to.
        cancellation: stops the run; a new one by default.

    Attributes:
        events: where the run reports to, for what has no method here.
        cancellation: stops the run.
    """

    def __init__(self, events: EventSink, cancellation: Cancellation | None = None) -> None:
        self._noted = NotedWarnings(events)
        self.events: EventSink = self._noted
        self.cancellation = cancellation or Cancellation()

    def check(self) -> None:
        """Raise :class:`.errors.Cancelled` if the run is to stop."""
        self.cancellation.check()

    def progress(self, stage: Stage, done: int, total: int) -> None:
        """Report that a stage has come to ``done`` of ``total`` steps."""
        self.events.progress(stage, done, total)

    def warning(self, code: str, message: str) -> None:
        """Report something the user should know."""
        self.events.warning(code, message)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Messages of the warnings so far that concern the result, not the machine."""
        return self._noted.messages

    def redacted(self, redaction: Redaction) -> RunContext:
        """Return this context with secrets and folders removed from what is reported through it."""
        return self._reporting_to(DiscreetEvents(self.events, redaction))

    def holding_progress(self) -> tuple[RunContext, HeldProgress]:
        """Return this context with its progress held back, and what releases it."""
        held = HeldProgress(self.events)
        return self._reporting_to(held), held

    def _reporting_to(self, events: EventSink) -> RunContext:
        other = copy.copy(self)
        other.events = events
        return other
