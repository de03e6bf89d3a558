"""Epochs: how often each pair is listed in one, and in which order they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Kept apart from the draws of the samples, which are seeded with seed and number.
_STREAM = 1


@dataclass(frozen=True)
class Epoch:
    """One pass over a list in which pairs may stand more than once.

    Attributes:
        samples: length of the pass.
        counts: float64 (N), how often each item is expected in it; the sum is ``samples``.
        seed: seed of the run.
    """

    samples: int
    counts: NDArray[np.float64]
    seed: int

    @staticmethod
    def of(weights: Sequence[float], samples: int, seed: int) -> Epoch:
        """Return the epoch in which items are listed in proportion to weights."""
        shares = np.asarray(weights, dtype=float)
        return Epoch(samples, shares / shares.sum() * samples, seed)

    def order(self, number: int) -> NDArray[np.int64]:
        """Return the items of epoch ``number`` in their order, int64 (samples,).

        An item whose count is whole comes exactly so often; of the others, as many as the count says on average
        (systematic sampling, Madow 1944).
        """
        rng = np.random.default_rng([self.seed, number, _STREAM])
        # rounded so that sums of whole counts stay whole
        steps = np.round(np.cumsum(self.counts), 6)
        places = np.arange(self.samples) + rng.random() * (1 - 1e-5)
        items = np.searchsorted(steps, places, side="right").clip(0, len(steps) - 1)
        return np.asarray(rng.permutation(items), dtype=np.int64)
