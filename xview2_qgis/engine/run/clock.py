"""The clock of a run."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class RunClock:
    """When a run began, and how long it has taken so far.

    Attributes:
        started_at: when it began, with the local time zone.
    """

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.started_at = datetime.now(UTC).astimezone()

    @property
    def seconds(self) -> float:
        """Seconds since the run began, whatever happens to the time of the machine."""
        return time.perf_counter() - self._begun
