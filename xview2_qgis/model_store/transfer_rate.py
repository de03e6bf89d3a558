"""How far a download is, and how long it still takes."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

_WINDOW_S = 10.0  # of the past that tells the speed: long enough not to flicker


@dataclass(frozen=True)
class TransferProgress:
    """How far a download is.

    Attributes:
        received: bytes that are here, those of earlier tries included.
        total: bytes of the file; None while unknown.
        seconds_left: None while unknown.
    """

    received: int
    total: int | None
    seconds_left: float | None


class TransferRate:
    """Measures the speed of the last seconds."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, int]] = deque()

    def progress(self, received: int, total: int | None) -> TransferProgress:
        """Note how many bytes are here, and return how far that is."""
        now = time.monotonic()
        self._past.append((now, received))
        while now - self._past[0][0] > _WINDOW_S and len(self._past) > 2:
            self._past.popleft()
        begun, first = self._past[0]
        seconds = now - begun
        rate = (received - first) / seconds if seconds > 0 else 0.0
        left = (total - received) / rate if total is not None and rate > 0 else None
        return TransferProgress(received, total, left)
