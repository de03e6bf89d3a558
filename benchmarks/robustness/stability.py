"""Stability: how many buildings of a result have another class, or are gone, in the result of a distorted pair."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas
import numpy as np
import shapely

_SAME = 0.5  # intersection over union from which on two outlines are one building


@dataclass(frozen=True)
class Stability:
    """How many buildings changed.

    Attributes:
        buildings: those of the undistorted pair that are asked about.
        another_class: those that have another class now.
        gone: those that were not found again.
    """

    buildings: int = 0
    another_class: int = 0
    gone: int = 0

    def __add__(self, other: Stability) -> Stability:
        return Stability(
            self.buildings + other.buildings, self.another_class + other.another_class, self.gone + other.gone
        )

    @property
    def changed_share(self) -> float:
        """Share of the buildings that have another class or are gone; 0 of none."""
        return (self.another_class + self.gone) / self.buildings if self.buildings else 0.0


def compare(before: geopandas.GeoDataFrame, after: geopandas.GeoDataFrame, area: shapely.Geometry) -> Stability:
    """Return how the buildings of a result fare in another.

    Each is compared with the one that overlaps it most, from an IoU of one half on.

    Args:
        before: buildings with ``damage``, of the undistorted pair.
        after: those of the distorted pair, in the same CRS.
        area: only buildings that lie within it count, in that CRS.
    """
    if not len(before):
        return Stability()
    asked = before[before.geometry.within(area)]
    old, new = asked.geometry.array, after.geometry.array
    best = np.zeros(len(asked))
    damage = np.full(len(asked), -1)
    if len(after) and len(asked):
        for one, other in zip(*after.sindex.query(asked.geometry, predicate="intersects"), strict=True):
            shared = old[one].intersection(new[other]).area
            overlap = shared / (old[one].area + new[other].area - shared)
            if overlap > best[one]:
                best[one], damage[one] = overlap, int(after["damage"].iloc[other])
    found = best >= _SAME
    differs = damage != asked["damage"].to_numpy(np.int64)
    return Stability(len(asked), int((found & differs).sum()), int((~found).sum()))
