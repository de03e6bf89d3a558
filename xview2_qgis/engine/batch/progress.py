"""The progress of a batch: one stage over all scenes, with the time left."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ...protocol.events import SCENES_STAGE, STAGE_SHARES, Event, Progress, Result, Started, Warned
from ..run.events import EventSink


class BatchProgress:
    """Knows how much is done, and how quickly it went.

    Args:
        weights: how much work each scene is, in any unit.
        events: where progress goes, as its only stage; ``done`` counts scenes, with their fractions.
    """

    def __init__(self, weights: Sequence[float], events: EventSink) -> None:
        self._weights, self._events = weights, events
        self._passed = 0  # scenes
        self._worked = 0.0  # weight of those that were assessed to their end
        self._seconds = 0.0  # that they took
        self._begun = 0.0
        self._fraction = 0.0

    def begin(self) -> None:
        """The next scene is assessed."""
        self._begun, self._fraction = time.monotonic(), 0.0
        self.report()

    def go_on(self, progress: Progress) -> None:
        """A stage of the scene has come further."""
        names = list(STAGE_SHARES)
        if progress.stage in names:
            before = sum(STAGE_SHARES[name] for name in names[: names.index(progress.stage)])
            self._fraction = max(self._fraction, before + STAGE_SHARES[progress.stage] * progress.fraction)
            self.report()

    def end(self, *, assessed: bool) -> None:
        """The next scene is done with; ``assessed``: it was assessed now, to its end."""
        if assessed:
            self._worked += self._weights[self._passed]
            self._seconds += time.monotonic() - self._begun
        self._passed, self._fraction = self._passed + 1, 0.0
        self.report()

    def report(self) -> None:
        """Report how far the batch is."""
        total = len(self._weights)
        self._events.emit(
            Progress(SCENES_STAGE, round(min(self._passed + self._fraction, total), 3), total, self._seconds_left())
        )

    def _seconds_left(self) -> float | None:
        worked, seconds = self._worked, self._seconds
        left = sum(self._weights[self._passed :])
        if self._fraction > 0:
            now = self._weights[self._passed] * self._fraction
            worked, left, seconds = worked + now, left - now, seconds + time.monotonic() - self._begun
        return round(seconds / worked * left, 1) if worked > 0 else None


class SceneEvents(EventSink):
    """What a run of one scene reports, as it is heard in a batch: its progress is part of the whole.

    Args:
        scene_id: stands before its warnings.
        events: the next sink.
        progress: of the batch.
    """

    def __init__(self, scene_id: str, events: EventSink, progress: BatchProgress) -> None:
        self._id, self._events, self._progress = scene_id, events, progress

    def emit(self, event: Event) -> None:
        """Pass on what concerns the batch. Begin and result of a scene are told in its own event."""
        if isinstance(event, Progress):
            self._progress.go_on(event)
        elif isinstance(event, Warned):
            told = f"{self._id}: {event.message}" if event.concerns_result else event.message
            self._events.emit(Warned(event.code, told))
        elif not isinstance(event, (Started, Result)):
            self._events.emit(event)
