"""How a sample is divided among strata.

J. Neyman, *On the two different aspects of the representative method* (1934): in proportion to the size of a stratum
times its standard deviation; W. G. Cochran, *Sampling Techniques* (3rd ed. 1977), section 5.5. Deviations of several
classes count as the root of the sum of their variances (section 5A.3, the compromise over several properties).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Share of the buildings of which any class is believed, whatever the model says: one that is always sure is not
#: always right, and its sure strata are to be looked at, too.
_DISBELIEF = 0.05


def allocate(sizes: NDArray[np.integer], means: NDArray[np.float64], sample: int, least: int) -> NDArray[np.int64]:
    """Return how many units of each stratum are drawn, int64 (H,); they sum to the sample.

    Args:
        sizes: units of each stratum, (H,), at least one each.
        means: mean probabilities of the classes, (H, C).
        sample: units to draw, at most all.
        least: units of each stratum at least, all of a smaller one, as far as the sample suffices.
    """
    believed = (1 - _DISBELIEF) * means + _DISBELIEF / means.shape[1]
    weights = sizes * np.sqrt((believed * (1 - believed)).sum(axis=1))
    floor = np.minimum(sizes, least)
    if floor.sum() > sample:
        floor = np.minimum(sizes, max(sample // len(sizes), 1))
    shares = _between(weights, floor, sizes, sample)
    drawn = np.floor(shares).astype(np.int64)
    rest = shares - drawn
    for index in np.argsort(-rest, kind="stable")[: max(sample - int(drawn.sum()), 0)]:
        drawn[index] += 1
    return drawn


def _between(
    weights: NDArray[np.float64], floor: NDArray[np.integer], top: NDArray[np.integer], total: int
) -> NDArray[np.float64]:
    """Return parts of a total in proportion to weights, none outside its bounds, by halving the factor."""
    low, high = 0.0, float(total + 1) / weights.min()
    for _ in range(200):
        factor = (low + high) / 2
        if np.clip(factor * weights, floor, top).sum() > total:
            high = factor
        else:
            low = factor
    return np.asarray(np.clip(low * weights, floor, top), np.float64)
