"""How long a run waits for a cluster before it says what is missing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Time limits in seconds.

    Attributes:
        scheduler: until the scheduler answers.
        first_worker: until the scheduler has a worker at the beginning.
        next_worker: until there is a worker again where all were lost on the way; a machine needs time to start.
    """

    scheduler: float = 6.0
    first_worker: float = 15.0
    next_worker: float = 120.0
