"""Outlines: from pixels to polygons that lie where the pixels lie.

The outline of a pixel set is a staircase. The middles of its unit steps scatter evenly around the true wall, whatever
its direction, so straight lines fitted to them are not shifted, neither inwards nor outwards; simplifying the corners
of the staircase instead would be. Each wall is one line through the middles of its steps, and a corner is where two
walls meet, which gives back square corners exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

_TOLERANCE = 1.0  # pixels: the middles of a digital line's steps are at most half a pixel beside it, on either side
_SAME_WALL = 0.75  # pixels: two pieces are one wall if one line is that near to all middles of both
_CORNER_REACH = 2.5  # pixels from the staircase to where two walls meet; beyond it the corner is cut off
_PARALLEL = 0.17  # sine of 10°: walls closer in direction have no useful intersection
_NO_STAIRS = 3  # pixels: a slanted wall has shorter steps in one direction
_SHORTEST = 12  # unit steps: below, the staircase itself is the best there is

Points = NDArray[np.float64]
Outline = TypeVar("Outline", Polygon, MultiPolygon)


def trace(labels: NDArray[np.int32], *, smallest_hole: float = 0.0) -> Iterator[tuple[int, Polygon]]:
    """Return the outline of every object in a label image.

    Args:
        labels: number of the object of each pixel, 0 for none, int32 (H, W); objects are 4-connected.
        smallest_hole: holes smaller than this (pixels) are filled.

    Yields:
        Number of the object and its valid, simplified polygon in pixel coordinates (x to the right, y down, origin at
        the outer corner of the first pixel).
    """
    for geometry, number in rasterio.features.shapes(
        labels, mask=labels > 0, connectivity=4, transform=Affine.identity()
    ):
        rings = geometry["coordinates"]
        yield int(number), simplify(fill_holes(Polygon(rings[0], rings[1:]), smallest_hole))


def fill_holes(polygon: Polygon, smallest: float) -> Polygon:
    """Return the polygon without the holes whose area is below ``smallest``."""
    return Polygon(polygon.exterior, [ring for ring in polygon.interiors if Polygon(ring).area >= smallest])


def simplify(staircase: Polygon) -> Polygon:
    """Return the polygon with straight walls instead of stairs.

    Args:
        staircase: polygon along pixel edges, in pixel coordinates.

    Returns:
        A valid polygon, not empty. Where straight walls would cross each other or change the area by more than a
        twentieth, the staircase itself is returned.
    """
    rings = [_straighten(np.asarray(ring.coords)) for ring in (staircase.exterior, *staircase.interiors)]
    straight = Polygon(rings[0], rings[1:])
    if not straight.is_valid or abs(straight.area - staircase.area) > 0.05 * staircase.area:
        return staircase
    return straight


def to_grid(polygon: Outline, transform: Affine) -> Outline:
    """Return a polygon or multipolygon in pixel coordinates in the coordinates of the transform's CRS."""
    a, b, c, d, e, f = transform[:6]
    return shapely.transform(polygon, lambda xy: np.column_stack([xy @ [a, b] + c, xy @ [d, e] + f]))


def _straighten(ring: Points) -> Points:
    """Return a ring of straight walls for a closed ring (N, 2) along pixel edges."""
    lengths = np.abs(np.diff(ring, axis=0)).sum(axis=1)
    if lengths.sum() < _SHORTEST or len(lengths) == 4 or lengths.min() >= _NO_STAIRS:
        return ring
    middles = _middles(ring)
    breaks = _breakpoints(middles)
    if len(breaks) < 3:
        return ring
    breaks = _joined(middles, breaks)
    if len(breaks) < 3:
        return ring
    walls = [_fit(_between(middles, start, stop)) for start, stop in _pairs(breaks)]
    corners: list[Points] = []
    for index, at in enumerate(breaks):
        corners.extend(_corner(walls[index - 1], walls[index], middles[at]))
    # a millionth of a pixel: takes rounding errors of the fit out of walls along the axes
    return np.asarray(np.round(np.array(corners), 6) + 0.0, np.float64)


def _middles(ring: Points) -> Points:
    """Return the middles of all unit steps of a closed ring along pixel edges, (P, 2)."""
    steps = np.diff(ring, axis=0)
    lengths = np.abs(steps).sum(axis=1).astype(np.intp)
    units = np.repeat(steps / lengths[:, None], lengths, axis=0)
    position = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(np.repeat(ring[:-1], lengths, axis=0) + units * (position[:, None] + 0.5))


def _breakpoints(middles: Points) -> list[int]:
    """Return the indices of the middles where the direction changes (Douglas and Peucker, closed)."""
    doubled = np.rint(middles * 2).astype(np.int32)  # whole numbers: middles lie on half pixels
    kept = cv2.approxPolyDP(doubled[:, None], 2 * _TOLERANCE, True)[:, 0].astype(np.int64)
    span = int(doubled[:, 1].max()) + 1
    keys = doubled[:, 0].astype(np.int64) * span + doubled[:, 1]
    return sorted(np.flatnonzero(np.isin(keys, kept[:, 0] * span + kept[:, 1])).tolist())


def _joined(middles: Points, breaks: list[int]) -> list[int]:
    """Remove breakpoints at which the wall simply goes on."""
    index = 0
    while index < len(breaks) and len(breaks) > 3:
        before, after = breaks[index - 1], breaks[(index + 1) % len(breaks)]
        points = _between(middles, before, after)
        origin, direction = _fit(points)
        offset = points[1:-1] - origin
        if np.abs(offset[:, 0] * direction[1] - offset[:, 1] * direction[0]).max() <= _SAME_WALL:
            del breaks[index]
            index = max(index - 1, 0)  # the wall before has grown: it may now go on over its other end too
        else:
            index += 1
    return breaks


def _pairs(breaks: list[int]) -> Iterator[tuple[int, int]]:
    for index, start in enumerate(breaks):
        yield start, breaks[(index + 1) % len(breaks)]


def _between(middles: Points, start: int, stop: int) -> Points:
    """Return the middles from ``start`` to ``stop``, both included, around the ring."""
    if stop > start:
        return middles[start : stop + 1]
    return np.concatenate([middles[start:], middles[: stop + 1]])


def _fit(points: Points) -> tuple[Points, Points]:
    """Return origin and unit direction of the line of least squared distances to the points of a wall."""
    count = len(points)
    # the first and last steps may belong to the neighbouring wall
    trim = 2 if count >= 14 else 1 if count >= 5 else 0
    kept = points[trim : count - trim]
    origin = kept.mean(axis=0)
    x, y = (kept - origin).T
    angle = 0.5 * np.arctan2(2 * (x * y).sum(), (x * x).sum() - (y * y).sum())
    return origin, np.array([np.cos(angle), np.sin(angle)])


def _corner(one: tuple[Points, Points], other: tuple[Points, Points], near: Points) -> list[Points]:
    """Return the corner between two walls, or the two ends of a cut corner."""
    (p, u), (q, v) = one, other
    sine = u[0] * v[1] - u[1] * v[0]
    if abs(sine) > _PARALLEL:
        along = ((q - p)[0] * v[1] - (q - p)[1] * v[0]) / sine
        meeting = p + along * u
        if np.hypot(*(meeting - near)) <= _CORNER_REACH:
            return [meeting]
    ends = [p + u * ((near - p) @ u), q + v * ((near - q) @ v)]
    return [(ends[0] + ends[1]) / 2] if np.hypot(*(ends[0] - ends[1])) < 0.5 else ends
