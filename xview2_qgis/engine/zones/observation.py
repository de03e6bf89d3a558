"""What of a zone was looked at. Where nothing was, no building in the result does not mean that nothing is damaged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ..geo.crs import whole_turn
from ..geo.geodesy import ellipsoidal_areas
from ..geo.polygons import polygonal
from .kinds.zone_set import ZoneSet
from .plane import Plane

_LONGEST_EDGE_M = 1000.0  # of what is measured: longer ones are no geodesics
_METRES_OF_A_DEGREE = 111_000.0
_STRIPS = 6  # of the whole Earth
_NO_AREA_M2 = 1e-3  # of a sliver that only touching leaves behind


@dataclass(frozen=True)
class Observation:
    """How much of each zone was assessed.

    Attributes:
        areas_m2: ellipsoidal area of each zone, float64 (N,).
        seen_m2: the part of it that was assessed and could be seen, float64 (N,).
    """

    areas_m2: NDArray[np.float64]
    seen_m2: NDArray[np.float64]


def seen_area(
    assessed: Sequence[NDArray[np.object_]], hidden: Sequence[NDArray[np.object_]], plane: Plane
) -> shapely.Polygon | shapely.MultiPolygon:
    """Return what was assessed and could be seen, on the plane; empty if nothing.

    Args:
        assessed: the assessed area of each scene, polygons in the CRS of the result.
        hidden: what could not be seen of each scene. It may have been seen in another one.
        plane: the plane of the result.
    """
    parts = []
    for looked_at, covered in zip(assessed, hidden, strict=True):
        whole = shapely.union_all(shapely.make_valid(plane.own(looked_at)))
        if len(covered):
            whole = whole.difference(shapely.union_all(shapely.make_valid(plane.own(covered))))
        parts.append(whole)
    return polygonal(shapely.union_all(parts)) if parts else shapely.MultiPolygon()


def observe(
    zones: ZoneSet, placed: NDArray[np.object_], seen: shapely.Polygon | shapely.MultiPolygon, plane: Plane
) -> Observation:
    """Return how much of each zone was assessed.

    Args:
        zones: the zones.
        placed: their parts near the result, see :meth:`.plane.Plane.placed`.
        seen: what was assessed, see :func:`seen_area`.
        plane: the plane of the result.
    """
    areas = areas_m2(zones.shapes, zones.crs)
    shapely.prepare(seen)
    whole = shapely.contains(seen, placed) & ~shapely.is_empty(placed)
    partly = np.flatnonzero(shapely.intersects(seen, placed) & ~whole)
    seen_m2 = np.where(whole, areas, 0.0)
    cut = shapely.intersection(placed[partly], seen)
    seen_m2[partly] = areas_m2(cut, plane.crs)
    # the edges of both are bent in different ways
    seen_m2[np.isfinite(areas)] = np.minimum(seen_m2, areas)[np.isfinite(areas)]
    seen_m2[seen_m2 < _NO_AREA_M2] = 0.0
    return Observation(areas, seen_m2)


def areas_m2(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return ellipsoidal areas of polygons, float64 (N,); 0 for what has none, NaN for what lies nowhere."""
    areas = np.zeros(len(shapes))
    kept = np.flatnonzero(shapely.area(shapes) > 0)
    step = _LONGEST_EDGE_M if crs.is_projected else _LONGEST_EDGE_M / _METRES_OF_A_DEGREE
    dense = shapely.segmentize(shapes[kept], step)
    areas[kept] = ellipsoidal_areas([polygonal(shape) for shape in dense], crs)
    turn = whole_turn(crs)
    bounds = shapely.bounds(shapes[kept])
    for row in kept[bounds[:, 2] - bounds[:, 0] > (turn or np.inf) / 2].tolist():
        # the ellipsoid has no inside and outside: such an area counts in strips
        areas[row] = sum(ellipsoidal_areas(list(_strips(shapes[row], turn or 0.0, step)), crs))
    return np.where(np.isfinite(areas), areas, np.nan)


def _strips(shape: BaseGeometry, turn: float, step: float) -> Iterator[BaseGeometry]:
    west, south, east, north = shape.bounds
    for place in range(math.ceil((east - west) / turn * _STRIPS)):
        left = west + place * turn / _STRIPS
        part = polygonal(shape.intersection(shapely.box(left, south, left + turn / _STRIPS, north)))
        if part.area > 0:
            yield shapely.segmentize(part, step)
