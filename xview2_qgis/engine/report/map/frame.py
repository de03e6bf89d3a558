"""The frame of a map where no scene gives it: the ground around what a stored result holds."""

from __future__ import annotations

import math

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ...geo.crs import CrsTransform, whole_turn
from ...geo.georeference import Georeference
from ...geo.grid import Grid
from ...geo.metric_crs import metric_crs

_PIXELS = 1100  # along the longer side, as many as a picture has
_MARGIN = 0.02  # around, share of the longer side
_LEAST_M = 50.0  # of a side: one house alone is shown with what is around it
_FAR_M = 500_000.0  # from the middle: there, no zone of UTM is true to scale
_EDGES = 64  # parts of the longest edge before it is bent


def frame_of(shapes: list[BaseGeometry], crs: CRS) -> Grid | None:
    """Return a grid around some shapes, in a metric CRS, north-up; None where they have no place on the Earth.

    Args:
        shapes: what the map is to show.
        crs: their CRS.
    """
    bounds = _bounds(shapes, crs)
    if not np.isfinite(bounds).all():
        return None
    metric = _metric(crs, *bounds.tolist())
    if metric is None:
        return None
    outline = shapely.segmentize(shapely.box(*bounds), max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1e-9) / _EDGES)
    (placed,) = CrsTransform(crs, metric).geometries([outline])
    if not np.isfinite(shapely.get_coordinates(placed)).all():
        return None
    west, south, east, north = placed.bounds
    margin = _MARGIN * max(east - west, north - south)
    margin += max(0.0, (_LEAST_M - max(east - west, north - south)) / 2)
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    pixel = max(east - west, north - south) / _PIXELS
    width, height = max(1, math.ceil((east - west) / pixel)), max(1, math.ceil((north - south) / pixel))
    return Grid(metric, Affine(pixel, 0.0, west, 0.0, -pixel, north), width, height, pixel)


def _bounds(shapes: list[BaseGeometry], crs: CRS) -> NDArray[np.float64]:
    """Return west, south, east and north of shapes; those on both sides of the antimeridian lie beside each other."""
    boxes = shapely.bounds(shapely.get_parts(np.array(shapes, object))).reshape(-1, 4)
    boxes = boxes[~np.isnan(boxes).any(axis=1)]
    if not len(boxes):
        return np.full(4, np.nan)
    turn = whole_turn(crs)
    plain = _around(boxes)
    if turn is None or plain[2] - plain[0] <= turn / 2:
        return plain
    west = boxes[:, 0] + boxes[:, 2] < 0
    boxes[west] += np.array([turn, 0.0, turn, 0.0])
    counted_on = _around(boxes)
    return counted_on if counted_on[2] - counted_on[0] < plain[2] - plain[0] else plain


def _around(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _metric(crs: CRS, west: float, south: float, east: float, north: float) -> CRS | None:
    """Return a metric CRS for the whole; one of equal area where it is too large for a zone of UTM."""
    # the centre of one large pixel is that of the whole
    box = Georeference(crs, Affine(max(east - west, 1e-9), 0, west, 0, min(south - north, -1e-9), north), 1, 1)
    longitude, latitude = box.centre_lonlat()
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return None
    if box.radius_m() <= _FAR_M:
        return metric_crs(box)
    return CRS.from_string(
        f"+proj=laea +lat_0={latitude:.0f} +lon_0={longitude:.0f} +datum=WGS84 +units=m +type=crs +no_defs"
    )
