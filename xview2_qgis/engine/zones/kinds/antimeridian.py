"""Zones across the antimeridian, in one piece."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...geo.crs import whole_turn
from ...geo.polygons import polygonal

_WHOLE = 1.0 - 1e-6  # of a turn: an edge around the world


def unrolled(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return polygons whose rings go on beyond the antimeridian, where they jumped to the other end of the world.

    No edge of a zone is half the Earth long: such an edge is a crossing, but for those of the whole world.

    Args:
        shapes: polygons and multipolygons, object (N,).
        crs: their CRS.
    """
    turn = whole_turn(crs)
    if turn is None or not len(shapes):
        return shapes
    bounds = shapely.bounds(shapes)
    result = shapes.copy()
    for row in np.flatnonzero(bounds[:, 2] - bounds[:, 0] > turn / 2).tolist():
        result[row] = _in_one_piece(shapes[row], turn)
    return result


def _in_one_piece(shape: shapely.Geometry, turn: float) -> shapely.Geometry:
    polygons = []
    for polygon in shapely.get_parts(shape):
        shell = _unwrapped(polygon.exterior, turn)
        middle = float(shell[:, 0].mean())
        holes = []
        for ring in polygon.interiors:
            hole = _unwrapped(ring, turn)
            turns = round((float(hole[:, 0].mean()) - middle) / turn)
            holes.append(hole - np.array([turns * turn, 0.0]))
        polygons.append(shapely.Polygon(shell, holes))
    made = shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]
    return polygonal(made if made.is_valid else shapely.make_valid(made))


def _unwrapped(ring: shapely.LinearRing, turn: float) -> NDArray[np.float64]:
    points = shapely.get_coordinates(ring)
    jumps = np.abs(np.diff(points[:, 0]))
    if not ((jumps > turn / 2) & (jumps < turn * _WHOLE)).any():
        return points
    unwrapped = np.unwrap(points[:, 0], period=turn)
    # a ring around a pole does not close
    if abs(unwrapped[-1] - unwrapped[0]) < turn / 2:
        points[:, 0] = unwrapped
    return points
