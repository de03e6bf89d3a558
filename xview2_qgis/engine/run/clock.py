"""The clock of a run."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class RunClock:
    """When a run began, and how long it has taken so far.

    Attributes:
        started_at: when it began, ISO 8601 with the local time zone. Of a run that is gone on with, its first part.
        earlier: seconds that its earlier parts have taken.
    """

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.started_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        self.earlier = 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the run, or this part of it, began, whatever happens to the time of the machine."""
        return time.perf_counter() - self._begun

    @property
    def total_seconds(self) -> float:
        """Seconds of all parts of the run so far."""
        return self.earlier + self.seconds

    def continue_from(self, started_at: str, seconds: float) -> None:
        """Take what went before over: this is a later part of a run.

        Args:
            started_at: when its first part began.
            seconds: how long its earlier parts took.
        """
        self.started_at, self.earlier = started_at, seconds
