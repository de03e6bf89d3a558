"""Neighbours apart and halls whole: how many labelled buildings were made one, and how many were cut into parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

_HALF = 0.5


@dataclass
class Parts:
    """Counts of labelled buildings.

    Attributes:
        labels: all of them.
        merged: those of which half or more lies in a polygon that holds half or more of another one, too.
        split: those of which two or more polygons, each of which lies in it by more than half, cover half or more.
    """

    labels: int = 0
    merged: int = 0
    split: int = 0

    def include(self, other: Parts) -> None:
        """Add the counts of other pairs."""
        self.labels += other.labels
        self.merged += other.merged
        self.split += other.split


def count_parts(found: NDArray[np.object_], labels: NDArray[np.object_]) -> Parts:
    """Return how many labels were merged and split.

    Args:
        found: valid outlines in metres (N,), which do not overlap.
        labels: valid outlines in metres (M,).
    """
    if not len(found) or not len(labels):
        return Parts(len(labels))
    one, other = shapely.STRtree(labels).query(found, predicate="intersects")
    shared = shapely.area(shapely.intersection(found[one], labels[other]))
    holds = shared >= _HALF * shapely.area(labels)[other]
    held = np.bincount(one[holds], minlength=len(found))
    merged = np.unique(other[holds & (held[one] > 1)])
    inside = shared > _HALF * shapely.area(found)[one]
    pieces = np.bincount(other[inside], minlength=len(labels))
    covered = np.bincount(other[inside], weights=shared[inside], minlength=len(labels))
    split = (pieces > 1) & (covered >= _HALF * shapely.area(labels))
    return Parts(len(labels), len(merged), int(split.sum()))
