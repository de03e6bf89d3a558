"""Outlines as the published programs take them from a label file, and how they become whole numbers.

The programs differ in what they do with a MULTIPOLYGON: some draw its first part, the others stop. What makes all of
them stop makes no mask here either.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from .features import LabelError, read_features

Ring = NDArray[np.int32]


@dataclass(frozen=True)
class Outline:
    """One polygon.

    Attributes:
        exterior: float64 (n, 2), x and y in pixels, first and last point equal.
        holes: the same, one array per hole.
        value: mask value: 1…4, 255 for un-classified, 1 in pre files.
    """

    exterior: NDArray[np.float64]
    holes: tuple[NDArray[np.float64], ...]
    value: int


def read_outlines(label: Path) -> list[Outline]:
    """Read the outlines of one label file in their order.

    Raises:
        LabelError: the file cannot be read, or holds something else than polygons in two dimensions.
    """
    outlines = []
    for feature in read_features(label):
        polygon = _flat_polygon(label, feature.geometry)
        holes = tuple(_points(ring) for ring in polygon.interiors)
        outlines.append(Outline(_points(polygon.exterior), holes, feature.value))
    return outlines


def read_first_outlines(label: Path) -> list[Outline]:
    """Read outer rings without their holes in their order, of a MULTIPOLYGON that of its first part.

    Raises:
        LabelError: the file cannot be read, holds something else than polygons in two dimensions, or the first part of
            a MULTIPOLYGON has a hole.
    """
    outlines = []
    for feature in read_features(label):
        geometry = feature.geometry
        if isinstance(geometry, MultiPolygon) and not geometry.is_empty and not geometry.geoms[0].interiors:
            geometry = geometry.geoms[0]
        polygon = _flat_polygon(label, geometry)
        outlines.append(Outline(_points(polygon.exterior), (), feature.value))
    return outlines


def truncated(points: NDArray[np.float64]) -> Ring:
    """Return whole numbers towards 0."""
    return points.astype(np.int32)


def rounded(points: NDArray[np.float64]) -> Ring:
    """Return the nearest whole numbers, from the middle to the even one."""
    return np.round(points).astype(np.int32)


def _flat_polygon(label: Path, geometry: BaseGeometry) -> Polygon:
    if not isinstance(geometry, Polygon) or geometry.is_empty or geometry.has_z:
        raise LabelError(f"{label}: this label rule cannot draw {geometry.wkt[:60]!r}; rule 'ours' can")
    return geometry


def _points(ring: LinearRing) -> NDArray[np.float64]:
    return np.asarray(ring.coords, dtype=np.float64)
