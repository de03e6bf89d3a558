"""Outlines: from pixels to polygons that lie where the pixels lie.

The outline of a pixel set is a staircase. The middles of its unit steps scatter evenly around the true wall, whatever
its direction, so straight lines fitted to them are not shifted, neither inwards nor outwards; simplifying the corners
of the staircase instead would be. Each wall is one line through the middles of its steps, and a corner is where two
walls meet, which gives back square corners exactly.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
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
_SHELF = 1024  # pixels: width of a canvas of several images
_SHORTEST = 12  # unit steps: below, the staircase itself is the best there is

Point = tuple[float, float]
Points = NDArray[np.float64]
#: Origin (x, y) and unit direction (x, y) of a wall.
Line = tuple[float, float, float, float]
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
    yield from trace_all([labels], smallest_hole=smallest_hole)[0].items()


def trace_all(images: Sequence[NDArray[np.int32]], *, smallest_hole: float = 0.0) -> list[dict[int, Polygon]]:
    """Return the outlines of the objects of several label images, as :func:`trace` gives them.

    Setting up GDAL's polygonizer costs more than it takes to trace a building, so it is done once for all of them.

    Args:
        images: label images, as for :func:`trace`.
        smallest_hole: holes smaller than this (pixels) are filled.

    Returns:
        Outlines by number, for each image, in the image's own pixel coordinates.
    """
    canvas, places, numbers = _packed(images)
    found: list[dict[int, Polygon]] = [{} for _ in images]
    for geometry, number in rasterio.features.shapes(
        canvas, mask=canvas > 0, connectivity=4, transform=Affine.identity()
    ):
        index = bisect_left(numbers, int(number)) - 1
        top, left = places[index]
        rings = [np.array(ring) - (left, top) for ring in geometry["coordinates"]]
        polygon = simplify(fill_holes(Polygon(rings[0], rings[1:]), smallest_hole))
        found[index][int(number) - numbers[index]] = polygon
    return found


def _packed(images: Sequence[NDArray[np.int32]]) -> tuple[NDArray[np.int32], list[tuple[int, int]], list[int]]:
    """Lay images side by side on shelves, a pixel apart.

    Returns:
        The canvas; row and column of each image on it; what was added to its numbers to tell them from the others'.
    """
    width = max(max((image.shape[1] for image in images), default=1), _SHELF)
    places: list[tuple[int, int]] = []
    top = left = height = 0
    for image in images:
        if left + image.shape[1] > width:
            top, left, height = top + height + 1, 0, 0
        places.append((top, left))
        left, height = left + image.shape[1] + 1, max(height, image.shape[0])
    canvas = np.zeros((max(top + height, 1), width if top else max(left - 1, 1)), np.int32)
    numbers, highest = [], 0
    for image, (row, col) in zip(images, places, strict=True):
        numbers.append(highest)
        np.add(image, highest, out=canvas[row : row + image.shape[0], col : col + image.shape[1]], where=image > 0)
        highest += int(image.max())
    return canvas, places, numbers


def fill_holes(polygon: Polygon, smallest: float) -> Polygon:
    """Return the polygon without the holes whose area is below ``smallest``."""
    if not polygon.interiors:
        return polygon
    return Polygon(polygon.exterior, [ring for ring in polygon.interiors if Polygon(ring).area >= smallest])


def simplify(staircase: Polygon) -> Polygon:
    """Return the polygon with straight walls instead of stairs.

    Args:
        staircase: polygon along pixel edges, in pixel coordinates.

    Returns:
        A valid polygon, not empty. Where straight walls would cross each other or change the area by more than a
        twentieth, the staircase itself is returned.
    """
    rings = [_straighten(shapely.get_coordinates(ring)) for ring in (staircase.exterior, *staircase.interiors)]
    straight = Polygon(rings[0], rings[1:])
    if not straight.is_valid or abs(straight.area - staircase.area) > 0.05 * staircase.area:
        return staircase
    return straight


def to_grid(polygon: Outline, transform: Affine) -> Outline:
    """Return a polygon or multipolygon in pixel coordinates in the coordinates of the transform's CRS."""
    a, b, c, d, e, f = transform[:6]
    return shapely.transform(polygon, lambda xy: np.column_stack([xy @ [a, b] + c, xy @ [d, e] + f]))


def _straighten(ring: Points) -> Points:
    """Return a closed ring (M, 2) of straight walls for a closed ring (N, 2) along pixel edges.

    Walls and corners are few: plain numbers are several times quicker for them than arrays of a few elements.
    """
    lengths = np.abs(np.diff(ring, axis=0)).sum(axis=1)
    if lengths.sum() < _SHORTEST or len(lengths) == 4 or lengths.min() >= _NO_STAIRS:
        return ring
    steps = _Steps(ring)
    breaks = steps.breakpoints()
    if len(breaks) < 3:
        return ring
    _join(steps, breaks)
    walls = [steps.fit(start, stop) for start, stop in pairwise([*breaks, breaks[0]])]
    corners = [
        corner
        for index, at in enumerate(breaks)
        for corner in _corner(walls[index - 1], walls[index], steps.middle(at))
    ]
    straight = np.array([*corners, corners[0]]) + ring[0]
    # a millionth of a pixel: takes rounding errors of the fit out of walls along the axes
    return np.asarray(np.round(straight, 6) + 0.0, np.float64)


class _Steps:
    """The unit steps of a closed ring along pixel edges.

    Inside, coordinates are doubled, which makes those of all middles whole numbers and all sums exact. Outside, they
    are pixels from the first corner of the ring.
    """

    def __init__(self, ring: Points) -> None:
        corners = np.rint(2 * ring).astype(np.int64)
        walls = np.diff(corners, axis=0)
        lengths = np.abs(walls).sum(axis=1) // 2
        units = np.repeat(walls // lengths[:, None], lengths, axis=0)
        # relative to the start, so that the sums stay small
        middles = np.cumsum(units, axis=0) - units // 2
        self._count = len(middles)
        self._middles: list[list[int]] = middles.tolist()
        # twice around, so that no wall is cut at the start
        x, y = self._around = np.concatenate([middles, middles]).T
        self._sums = np.zeros((2 * self._count + 1, 5), np.int64)
        np.cumsum(np.stack([x, y, x * x, y * y, x * y], axis=1), axis=0, out=self._sums[1:])

    def middle(self, index: int) -> Point:
        """Return the middle of a step."""
        x, y = self._middles[index]
        return x / 2, y / 2

    def breakpoints(self) -> list[int]:
        """Return the indices of the steps where the direction changes (Douglas and Peucker, closed)."""
        points = np.ascontiguousarray(self._around[:, : self._count].T, np.int32)
        kept = cv2.approxPolyDP(points[:, None], 2 * _TOLERANCE, True)[:, 0].tolist()
        index_of = {(x, y): index for index, (x, y) in enumerate(self._middles)}
        return sorted({index_of[x, y] for x, y in kept})

    def fit(self, start: int, stop: int) -> Line:
        """Return the line of least squared distances to the middles from ``start`` to ``stop`` around the ring."""
        if stop <= start:
            stop += self._count
        count = stop - start + 1
        # the first and last steps may belong to the neighbouring wall
        trim = 2 if count >= 14 else 1 if count >= 5 else 0
        begin, end = start + trim, stop + 1 - trim
        x, y, xx, yy, xy = (self._sums[end] - self._sums[begin]).tolist()
        n = end - begin
        angle = 0.5 * math.atan2(2 * (n * xy - x * y), (n * xx - x * x) - (n * yy - y * y))
        return x / n / 2, y / n / 2, math.cos(angle), math.sin(angle)

    def lie_on(self, line: Line, start: int, stop: int, likely: int) -> bool:
        """Return whether the middles between ``start`` and ``stop`` lie within half a wall's play of a line.

        Args:
            line: origin and direction.
            start: step before the first.
            stop: step after the last, around the ring.
            likely: the step that is likely to lie farthest from the line; mostly it alone tells.
        """
        x, y, u, v = line
        likely_x, likely_y = self.middle(likely)
        if abs((likely_x - x) * v - (likely_y - y) * u) > _SAME_WALL:
            return False
        if stop <= start:
            stop += self._count
        part = self._around[:, start + 1 : stop]
        beside = part[0] * (v / 2) - part[1] * (u / 2)
        middle = x * v - y * u
        return bool(beside.max() - middle <= _SAME_WALL and middle - beside.min() <= _SAME_WALL)


def _join(steps: _Steps, breaks: list[int]) -> None:
    """Remove breakpoints at which the wall simply goes on."""
    index = 0
    while index < len(breaks) and len(breaks) > 3:
        before, after = breaks[index - 1], breaks[(index + 1) % len(breaks)]
        if steps.lie_on(steps.fit(before, after), before, after, breaks[index]):
            del breaks[index]
            index = max(index - 1, 0)  # the wall before has grown: it may now go on over its other end too
        else:
            index += 1


def _corner(one: Line, other: Line, near: Point) -> list[Point]:
    """Return the corner between two walls, or the two ends of a cut corner."""
    (px, py, ux, uy), (qx, qy, vx, vy), (x, y) = one, other, near
    sine = ux * vy - uy * vx
    if abs(sine) > _PARALLEL:
        along = ((qx - px) * vy - (qy - py) * vx) / sine
        meeting = px + along * ux, py + along * uy
        if math.dist(meeting, near) <= _CORNER_REACH:
            return [meeting]
    on_one = (x - px) * ux + (y - py) * uy
    on_other = (x - qx) * vx + (y - qy) * vy
    first = px + on_one * ux, py + on_one * uy
    second = qx + on_other * vx, qy + on_other * vy
    if math.dist(first, second) < 0.5:
        return [((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)]
    return [first, second]
