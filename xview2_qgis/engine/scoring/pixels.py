"""Pixel scores as in the challenge: both sides drawn on one grid, block by block."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from ..geo.polygons import polygonal
from .buildings import Plane, Predicted, Reference
from .challenge import Score

#: Edge of a pixel in metres, about that of the challenge's images.
PIXEL_M = 0.5
_BLOCK = 2048  # pixels; memory holds a few of these


def score_pixels(plane: Plane, predicted: Predicted, reference: Reference) -> Score:
    """Return the official score of outlines; later ones lie on top of earlier ones, as in a damage raster.

    Args:
        plane: where they lie; pixels outside its area do not count.
        predicted: buildings of a result.
        reference: buildings of a reference, as outlines.
    """
    score = Score()
    given, true = _mended(predicted.shapes), _mended(reference.shapes)
    given_tree, true_tree = shapely.STRtree(given), shapely.STRtree(true)
    for box, transform in _blocks(plane, [*given, *true]):
        here, there = np.sort(given_tree.query(box)), np.sort(true_tree.query(box))
        if not len(here) and not len(there):
            continue
        inside = _drawn([(polygonal(plane.area.intersection(box)), 1)], transform) > 0
        found = _drawn([(given[row], 1) for row in here], transform) * inside
        damage = _drawn([(given[row], int(predicted.classes[row])) for row in here], transform) * inside
        target = _drawn([(true[row], int(reference.classes[row])) for row in there], transform) * inside
        score.add(found, damage, (target > 0).astype(np.uint8), target)
    return score


def _mended(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return outlines of which none crosses itself, without the lines that are left where one has no width."""
    mended = np.empty(len(shapes), object)
    mended[:] = [polygonal(shape) for shape in shapely.make_valid(shapes)]
    return mended


def _blocks(plane: Plane, shapes: list[shapely.Geometry]) -> Iterator[tuple[shapely.Polygon, Affine]]:
    """Yield boxes that cover all outlines, and where their pixels lie."""
    if not shapes:
        return
    west, south, east, north = shapely.total_bounds(np.array(shapes, object))
    # the area may be much smaller than an outline that reaches out of it
    left, below, right, above = plane.area.bounds
    west, south, east, north = max(west, left), max(south, below), min(east, right), min(north, above)
    side = _BLOCK * PIXEL_M
    for row in range(max(1, math.ceil((north - south) / side))):
        for column in range(max(1, math.ceil((east - west) / side))):
            x, y = west + column * side, north - row * side
            yield shapely.box(x, y - side, x + side, y), Affine(PIXEL_M, 0, x, 0, -PIXEL_M, y)


def _drawn(shapes: list[tuple[shapely.Geometry, int]], transform: Affine) -> NDArray[np.uint8]:
    drawable = [(shape, value) for shape, value in shapes if not shapely.is_empty(shape)]
    if not drawable:
        return np.zeros((_BLOCK, _BLOCK), np.uint8)
    values = rasterize(drawable, out_shape=(_BLOCK, _BLOCK), transform=transform, fill=0, dtype="uint8")
    return np.asarray(values, np.uint8)
