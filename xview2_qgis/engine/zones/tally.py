"""Counts and areas of buildings by zone and final class, while they come in batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...protocol.totals.category import NONE

#: Categories that are counted: the four classes, then unknown; not outlines without a building.
COUNTED = NONE


class Tally:
    """Sums by zone and category; the last row is what lies outside all zones.

    Args:
        zones: number of zones.

    Attributes:
        counts: buildings, int64 (zones + 1, 5).
        areas_m2: their areas, float64 (zones + 1, 5).
    """

    def __init__(self, zones: int) -> None:
        self.counts = np.zeros((zones + 1, COUNTED), np.int64)
        self.areas_m2 = np.zeros((zones + 1, COUNTED))

    def add(self, zones: NDArray[np.intp], categories: NDArray[np.int64], areas_m2: NDArray[np.float64]) -> None:
        """Add buildings.

        Args:
            zones: number of the zone of each, -1 for outside, (N,).
            categories: number of the category of each, (N,); what holds no building is left out.
            areas_m2: area of each, (N,).
        """
        kept = categories < COUNTED
        # -1 is the last row
        places = (zones[kept] % len(self.counts)) * COUNTED + categories[kept]
        size = self.counts.size
        self.counts += np.bincount(places, minlength=size).reshape(self.counts.shape)
        self.areas_m2 += np.bincount(places, areas_m2[kept], minlength=size).reshape(self.counts.shape)
