"""How fast the review goes."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 180.0
_FEWEST = 3  # of fewer reviews there is no rate to speak of


class ReviewRate:
    """Reviews of a minute, from those of the last three minutes; a pause is no work.

    Times are seconds of any clock that does not go back.
    """

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def note(self, now: float) -> None:
        """Count one review."""
        if self._times and now - self._times[-1] > _WINDOW_S:
            self._times.clear()
        self._times.append(now)
        while now - self._times[0] > _WINDOW_S:
            self._times.popleft()

    def take_back(self) -> None:
        """Do not count the last review: it was undone."""
        if self._times:
            self._times.pop()

    def per_minute(self) -> float | None:
        """Return reviews of a minute; None where it is too early to tell."""
        if len(self._times) < _FEWEST or self._times[-1] <= self._times[0]:
            return None
        return 60.0 * (len(self._times) - 1) / (self._times[-1] - self._times[0])
