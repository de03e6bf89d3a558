"""The time left of a stage."""

from __future__ import annotations

import time
from collections import deque

_RECENT_STEPS = 8  # that the estimate of the time left is made from
_LEAST_STEPS = 2  # of two that end together, as those of two networks at work do, one shows nothing of the pace


class RemainingTime:
    """Estimates the seconds left of each stage from its own recent pace.

    The first step of a stage pays for warm-up and does not count. Of the steps after it the last few do: tiles at the
    border of an image are quicker than those in its middle, and other programs come and go.
    """

    def __init__(self) -> None:
        self._recent: dict[str, deque[tuple[float, float]]] = {}

    def estimate(self, stage: str, done: float, total: float) -> float | None:
        """Return the seconds left of ``stage``, or None while too little is known."""
        now = time.monotonic()
        recent = self._recent.setdefault(stage, deque(maxlen=_RECENT_STEPS + 1))
        if recent and done < recent[-1][1]:  # it begins anew
            recent.clear()
        if done > 0 and (not recent or done > recent[-1][1]):
            recent.append((now, done))
        if not recent or done - recent[0][1] < _LEAST_STEPS:
            return None
        (start, first), (_, last) = recent[0], recent[-1]
        return round((now - start) / (last - first) * (total - done), 1)
