"""What the steps of an installation tell, and how they learn that they are to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class CancelledError(Exception):
    """The user stopped the work."""


@dataclass(frozen=True)
class Listener:
    """Whom the steps talk to, from the thread they run in.

    Attributes:
        stage: takes the title of a stage that begins.
        log: takes a line for the details.
        progress: takes the share of all work that is done, 0 to 1.
        cancelled: says whether to stop.
    """

    stage: Callable[[str], None]
    log: Callable[[str], None]
    progress: Callable[[float], None]
    cancelled: Callable[[], bool]

    def check(self) -> None:
        """Raise :class:`CancelledError` when the work is to stop."""
        if self.cancelled():
            raise CancelledError

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """Return what takes the progress, 0 to 1, of a part of the work."""
        return lambda share: self.progress(start + (end - start) * min(max(share, 0.0), 1.0))
