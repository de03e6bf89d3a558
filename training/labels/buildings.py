"""Our own label rule.

Holes are cut, un-classified buildings are buildings whose damage is ignored, and where polygons overlap the smaller one
wins (it would vanish otherwise). The published rules differ in these points and in the rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from .features import read_features


@dataclass(frozen=True)
class LabelledBuilding:
    """One building of a label file.

    Attributes:
        polygon: outline in pixel coordinates, origin at the top left corner.
        value: mask value: 1…4, 255 for un-classified, 1 in pre files, which have no class.
    """

    polygon: BaseGeometry
    value: int


def read_label(path: Path) -> list[LabelledBuilding]:
    """Read the buildings of one label file; invalid outlines are repaired, outlines without area left out.

    Raises:
        LabelError: the file cannot be read, or holds an unknown class or geometry.
    """
    buildings = [LabelledBuilding(_repaired(f.geometry), f.value) for f in read_features(path)]
    return [b for b in buildings if b.polygon.area > 0]


def draw_mask(buildings: list[LabelledBuilding], height: int, width: int) -> NDArray[np.uint8]:
    """Return the mask of a label, uint8 (H, W): 0 background, 1…4, 255 ignored."""
    ordered = sorted(buildings, key=lambda b: -b.polygon.area)
    if not ordered:
        return np.zeros((height, width), np.uint8)
    mask = rasterize([(b.polygon, b.value) for b in ordered], out_shape=(height, width), fill=0, dtype="uint8")
    return np.asarray(mask, dtype=np.uint8)


def _repaired(outline: BaseGeometry) -> BaseGeometry:
    polygon = shapely.make_valid(outline)
    if polygon.geom_type == "GeometryCollection":
        # spikes become lines beside the polygons, and a rasteriser would draw them
        parts = shapely.get_parts(polygon)
        polygon = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return polygon


@dataclass(frozen=True)
class OwnRule:
    """Buildings from the pre label, damage from the post label."""

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> NDArray[np.uint8]:
        """Return 1 where the pre label has a building of any class."""
        return (draw_mask(read_label(pre), height, width) > 0).astype(np.uint8)

    def damage_mask(self, post: Path, height: int, width: int) -> NDArray[np.uint8]:
        """Return the mask of the post label."""
        return draw_mask(read_label(post), height, width)
