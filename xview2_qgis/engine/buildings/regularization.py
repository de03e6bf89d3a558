"""Regularization: a staircase of pixel edges as a ring of few straight lines.

Each wall is one line of least squared distances to the middles of its unit steps, and a corner is where two walls meet,
which gives back square corners exactly.
"""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

_TOLERANCE = 1.0  # pixels: the middles of a digital line's steps are at most half a pixel beside it, on either side
_SAME_WALL = 0.75  # pixels: two pieces are one wall if one line is that near to all middles of both
_CORNER_REACH = 2.5  # pixels from the staircase to where two walls meet; beyond it the corner is cut off
_PARALLEL = 0.17  # sine of 10°: walls closer in direction have no useful intersection
_NO_STAIRS = 3  # pixels: a slanted wall has shorter steps in one direction
_SHORTEST = 12  # unit steps: below, the staircase itself is the best there is

Point = tuple[float, float]
Points = NDArray[np.float64]
#: Origin (x, y) and unit direction (x, y) of a wall.
Line = tuple[float, float, float, float]


def straighten(ring: Points) -> Points:
    """Return a closed ring (M, 2) of straight walls for a closed ring (N, 2) along pixel edges.

    Walls and corners are few: plain numbers are several times quicker for them than arrays of a few elements.
    """
    lengths = np.abs((ring[1:] - ring[:-1]).sum(axis=1))  # along an axis: the other difference is 0
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
        walls = corners[1:] - corners[:-1]
        lengths = np.abs(walls.sum(axis=1)) // 2  # along an axis: the other difference is 0
        units = np.repeat(walls // lengths[:, None], lengths, axis=0)
        # relative to the start, so that the sums stay small
        middles = np.cumsum(units, axis=0) - units // 2
        self._count = len(middles)
        self._middles = middles
        values = np.empty((5, self._count), np.int64)
        values[:2] = middles.T
        np.multiply(values[:2], values[:2], out=values[2:4])
        np.multiply(values[0], values[1], out=values[4])
        sums = np.zeros((5, self._count + 1), np.int64)
        np.cumsum(values, axis=1, out=sums[:, 1:])
        self._sums: list[list[int]] = sums.tolist()
        # twice around, so that no wall is cut at the start
        x, y = values[:2].tolist()
        self._x, self._y = 2 * x, 2 * y

    def middle(self, index: int) -> Point:
        """Return the middle of a step."""
        return self._x[index] / 2, self._y[index] / 2

    def breakpoints(self) -> list[int]:
        """Return the indices of the steps where the direction changes (Douglas and Peucker, closed)."""
        points = self._middles.astype(np.int32)
        kept = cv2.approxPolyDP(points[:, None], 2 * _TOLERANCE, True)[:, 0].tolist()
        # a ring that touches itself at a corner has no middle twice
        index_of = dict(zip(zip(self._x, self._y, strict=True), range(self._count), strict=False))
        return sorted({index_of[x, y] for x, y in kept})

    def fit(self, start: int, stop: int) -> Line:
        """Return the line of least squared distances to the middles from ``start`` to ``stop`` around the ring."""
        if stop <= start:
            stop += self._count
        count = stop - start + 1
        # the first and last steps may belong to the neighbouring wall
        trim = 2 if count >= 14 else 1 if count >= 5 else 0
        begin, end = start + trim, stop + 1 - trim
        n = end - begin
        if begin >= self._count:
            begin, end = begin - self._count, end - self._count
        sum_x, sum_y, sum_xx, sum_yy, sum_xy = self._sums
        if end <= self._count:
            x, y, xy = sum_x[end] - sum_x[begin], sum_y[end] - sum_y[begin], sum_xy[end] - sum_xy[begin]
            xx, yy = sum_xx[end] - sum_xx[begin], sum_yy[end] - sum_yy[begin]
        else:  # over the start
            rest = end - self._count
            x, y, xx, yy, xy = (sums[-1] - sums[begin] + sums[rest] for sums in self._sums)
        angle = 0.5 * math.atan2(2 * (n * xy - x * y), (n * xx - x * x) - (n * yy - y * y))
        return x / n / 2, y / n / 2, math.cos(angle), math.sin(angle)

    def lie_on(self, line: Line, start: int, stop: int, likely: int) -> bool:
        """Return whether the middles between ``start`` and ``stop`` lie within half a wall's play of a line.

        Args:
            line: origin and direction.
            start: step before the first.
            stop: step after the last, around the ring.
            likely: the step that is likely to lie farthest from the line; mostly it alone decides.
        """
        x, y, u, v = line
        likely_x, likely_y = self.middle(likely)
        if abs((likely_x - x) * v - (likely_y - y) * u) > _SAME_WALL:
            return False
        if stop <= start:
            stop += self._count
        v_half, u_half = v / 2, u / 2
        # walls are short: a list of numbers is quicker than an array
        inner = slice(start + 1, stop)
        beside = [a * v_half - b * u_half for a, b in zip(self._x[inner], self._y[inner], strict=True)]
        middle = x * v - y * u
        return bool(max(beside) - middle <= _SAME_WALL and middle - min(beside) <= _SAME_WALL)


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
