"""Geometries in longitude and latitude as others expect them: from -180 to 180, cut in two at the antimeridian."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ..geo.crs import LONLAT, CrsTransform
from ..geo.polygons import polygonal

#: Longest edge that stays one, metres: a straight line of a projection is none in degrees, and of 1 km it is by 2 cm.
_LONGEST_EDGE_M = 1000.0
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)


def to_lonlat(geometries: Sequence[BaseGeometry] | NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return geometries in WGS 84, longitude before latitude (RFC 7946, 3.1.9: none of them crosses the antimeridian).

    Args:
        geometries: points, polygons and multipolygons, each less than half the Earth wide.
        crs: their CRS; longitudes may count on beyond 180.

    Returns:
        Object (N,); a polygon across the antimeridian is a multipolygon of its two sides.
    """
    placed = _dense(np.array(geometries, dtype=object), crs)
    coordinates, owners = shapely.get_coordinates(placed, return_index=True)
    if not len(coordinates):
        return placed
    points = CrsTransform(crs, LONLAT).points(coordinates[:, 0], coordinates[:, 1]).T
    # all of a geometry on the side of its first vertex, which is within the world
    first = points[np.searchsorted(owners, owners), 0]
    home = _wrapped(first)
    points[:, 0] = home + _turned(points[:, 0] - first)
    placed = np.asarray(shapely.set_coordinates(placed, points), object)
    bounds = shapely.bounds(placed)
    for index in np.flatnonzero((bounds[:, 0] < -180.0) | (bounds[:, 2] > 180.0)).tolist():
        placed[index] = _cut(placed[index])
    return placed


def _dense(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return geometries of which long edges, those of assessed areas, have points on the way."""
    if not crs.is_projected or not len(geometries):
        return geometries
    longest = _LONGEST_EDGE_M / float(crs.linear_units_factor[1])
    bounds = shapely.bounds(geometries)
    large = (bounds[:, 2:] - bounds[:, :2] > longest).any(axis=1)
    geometries[large] = shapely.segmentize(geometries[large], longest)
    return geometries


def _cut(geometry: BaseGeometry) -> BaseGeometry:
    if shapely.get_type_id(geometry) in _POINTS:
        return shapely.transform(geometry, lambda xy: np.column_stack([_wrapped(xy[:, 0]), xy[:, 1]]))
    # somebody may have drawn an outline that crosses itself
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts: list[shapely.Polygon] = []
    for turn in (-360.0, 0.0, 360.0):
        side = polygonal(shapely.intersection(valid, shapely.box(turn - 180.0, -90.0, turn + 180.0, 90.0)))
        if not side.is_empty:
            moved = shapely.transform(side, lambda xy, by=turn: xy - np.array([by, 0.0]))
            parts.extend(part for part in shapely.get_parts(moved) if isinstance(part, shapely.Polygon))
    if not parts:  # without an area: it stays in one piece, on the side where it begins
        return shapely.transform(geometry, lambda xy: np.column_stack([np.clip(xy[:, 0], -180.0, 180.0), xy[:, 1]]))
    return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]


def _wrapped(longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitudes from -180 to 180; those that are there already stay as they are, to the last digit."""
    outside = np.abs(longitudes) > 180.0
    return np.where(outside, (longitudes + 180.0) % 360.0 - 180.0, longitudes)


def _turned(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return differences of longitudes by the shorter way around."""
    return differences - np.round(differences / 360.0) * 360.0
