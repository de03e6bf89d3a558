"""Squaring: a ring of straight walls whose walls follow two directions at right angles.

Buildings have right angles, and the walls fitted to their pixels miss them by some degrees, most where they are short.
Each wall that nearly follows one of the two directions turns about its middle, which keeps the area; a corner is where
two walls meet. Corners that the network has rounded off become corners again; long walls in other directions stay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_NEAR = math.radians(20.0)  # walls this near to a direction follow it
_LEAST_SHARE = 0.7  # of the length of all walls that has to follow the pair of directions
_LEAST_OTHER = 0.1  # of that length, what has to follow each of the two
_ROUNDED = 4.0  # pixels: slanted walls that together are no longer than this may be what is left of a corner
_STEP = 1.0  # pixels: walls of one direction that lie nearer to each other than this are one wall

Points = NDArray[np.float64]
_Kind = Literal["along", "across", "slanted"]
_Point = tuple[float, float]


@dataclass
class _Wall:
    """A wall, in coordinates along and across the direction of the building.

    Attributes:
        kind: which direction it follows.
        begin: its first end.
        end: its last end.
        place: where it lies: what is the same for all of its points, unless it is slanted.
        length: of the walls that were made one.
    """

    kind: _Kind
    begin: _Point
    end: _Point
    place: float
    length: float

    @classmethod
    def between(cls, begin: _Point, end: _Point) -> _Wall:
        along, across = end[0] - begin[0], end[1] - begin[1]
        kind: _Kind = "slanted"
        if abs(across) <= math.tan(_NEAR) * abs(along):
            kind = "along"
        elif abs(along) <= math.tan(_NEAR) * abs(across):
            kind = "across"
        return cls.of(kind, begin, end)

    @classmethod
    def of(cls, kind: _Kind, begin: _Point, end: _Point) -> _Wall:
        axis = 1 if kind == "along" else 0
        return cls(kind, begin, end, (begin[axis] + end[axis]) / 2, math.dist(begin, end))

    def forward(self) -> bool:
        axis = 0 if self.kind == "along" else 1
        return self.end[axis] >= self.begin[axis]


def main_direction(rings: list[Points]) -> float | None:
    """Return one of the two directions at right angles that the walls of a building follow.

    Args:
        rings: closed rings (N, 2) in pixels; the shell and the holes.

    Returns:
        Its angle from the x axis, radians, 0 to below π/2; None where the walls follow no such pair: less than 70 % of
        their length lies within 20° of one, or less than 10 % along either.
    """
    walls = np.concatenate([np.diff(ring, axis=0) for ring in rings])
    lengths = np.hypot(walls[:, 0], walls[:, 1])
    walls, lengths = walls[lengths > 0], lengths[lengths > 0]
    angles = np.arctan2(walls[:, 1], walls[:, 0])
    if not len(angles):
        return None
    # the wall that most of the length agrees with; of a building of many walls the long ones
    seeds = angles[np.argsort(-lengths)[:16]]
    shares = (np.abs(_beside(angles[None], seeds[:, None])) <= _NEAR) @ lengths
    main = float(seeds[int(np.argmax(shares))])
    for _ in range(2):
        beside = _beside(angles, main)
        near = np.abs(beside) <= _NEAR
        # the direction of a line fitted to n points has a variance that falls with the cube of n
        main += float(np.average(beside[near], weights=lengths[near] ** 3))
    beside = _beside(angles, main)
    near, total = np.abs(beside) <= _NEAR, float(lengths.sum())
    across = np.abs(np.sin(angles - main)) > math.sqrt(0.5)
    ways = float(lengths[near & across].sum()), float(lengths[near & ~across].sum())
    if sum(ways) < _LEAST_SHARE * total or min(ways) < _LEAST_OTHER * total:
        return None
    return main % (math.pi / 2)


def _beside(angles: NDArray[np.float64], main: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far directions lie from the nearest of four, radians, -π/4 to π/4."""
    quarter = math.pi / 2
    return np.asarray((angles - main + quarter / 2) % quarter - quarter / 2)


def squared(ring: Points, direction: float, reach: float) -> Points | None:
    """Return a ring whose walls follow a direction or its perpendicular, where they nearly do.

    Args:
        ring: closed ring (N, 2) in pixels, without corners twice in a row.
        direction: from :func:`main_direction`, radians.
        reach: how far from the short slanted walls that a network has left of a corner the corner may lie, pixels.

    Returns:
        Closed ring (M, 2); None where nothing is left. It may cross itself and lie anywhere: that is to be checked.
    """
    turn = np.array([[math.cos(direction), -math.sin(direction)], [math.sin(direction), math.cos(direction)]])
    corners = [(float(along), float(across)) for along, across in ring @ turn]
    walls = [_Wall.between(begin, end) for begin, end in pairwise(corners) if begin != end]
    walls = _merged(_without_steps(_merged(_with_corners(walls, reach))))
    if len(walls) < 4:
        return None
    found: list[_Point] = []
    for one, other in zip(walls, [*walls[1:], walls[0]], strict=True):
        found.extend(_corner(one, other))
    # a millionth of a pixel: takes rounding errors out of walls along the axes
    return np.asarray(np.round(np.array([*found, found[0]]) @ turn.T, 6) + 0.0, np.float64)


def _with_corners(walls: list[_Wall], reach: float) -> list[_Wall]:
    """Return walls with corners in place of the short slanted walls between two that follow the directions."""
    first = next((index for index, wall in enumerate(walls) if wall.kind != "slanted"), None)
    if first is None:
        return walls
    walls = [*walls[first:], *walls[:first], walls[first]]
    result = [walls[0]]
    waiting: list[_Wall] = []
    for wall in walls[1:]:
        if wall.kind == "slanted":
            waiting.append(wall)
            continue
        if sum(rest.length for rest in waiting) > _ROUNDED:
            result.extend(waiting)
        elif waiting and result[-1].kind == wall.kind:
            way: _Kind = "across" if wall.kind == "along" else "along"
            result.append(_Wall.of(way, waiting[0].begin, waiting[-1].end))
        elif waiting and _away(_corner(result[-1], wall)[0], waiting[0].begin, waiting[-1].end) > reach:
            result.extend(waiting)
        waiting = []
        result.append(wall)
    return result[:-1]


def _away(point: _Point, begin: _Point, end: _Point) -> float:
    """Return the distance of a point from the line through two others."""
    length = math.dist(begin, end)
    if length == 0:
        return math.dist(point, begin)
    along, across = (end[0] - begin[0]) / length, (end[1] - begin[1]) / length
    return abs((point[0] - begin[0]) * across - (point[1] - begin[1]) * along)


def _without_steps(walls: list[_Wall]) -> list[_Wall]:
    """Return walls without those that are only a step of less than a pixel in a wall that goes on."""
    kept = []
    for index, wall in enumerate(walls):
        before, after = walls[index - 1], walls[(index + 1) % len(walls)]
        if not (
            wall.kind != "slanted"
            and before.kind == after.kind != "slanted"
            and before.kind != wall.kind
            and before.forward() == after.forward()
            and abs(before.place - after.place) < _STEP
        ):
            kept.append(wall)
    return kept


def _merged(walls: list[_Wall]) -> list[_Wall]:
    """Return walls with those made one that follow each other in one direction, less than a pixel apart."""
    result: list[_Wall] = []
    for wall in walls:
        if result and _go_on(result[-1], wall):
            result[-1] = _joined(result[-1], wall)
        else:
            result.append(wall)
    if len(result) > 1 and _go_on(result[-1], result[0]):
        result[0] = _joined(result.pop(), result[0])
    return result


def _go_on(one: _Wall, other: _Wall) -> bool:
    same = one.kind == other.kind != "slanted" and one.forward() == other.forward()
    return same and abs(one.place - other.place) < _STEP


def _joined(one: _Wall, other: _Wall) -> _Wall:
    length = one.length + other.length
    place = (one.place * one.length + other.place * other.length) / length
    return _Wall(one.kind, one.begin, other.end, place, length)


def _corner(one: _Wall, other: _Wall) -> list[_Point]:
    """Return where one wall ends and the next one begins."""
    if {one.kind, other.kind} == {"along", "across"}:
        return [(other.place, one.place)] if one.kind == "along" else [(one.place, other.place)]
    if one.kind == "slanted":
        return [_on(other, other.begin)]
    if other.kind == "slanted":
        return [_on(one, one.end)]
    # a step between two walls of one direction
    middle = (one.end[0] + other.begin[0]) / 2, (one.end[1] + other.begin[1]) / 2
    return [_on(one, middle), _on(other, middle)]


def _on(wall: _Wall, point: _Point) -> _Point:
    """Return a point moved onto a wall."""
    if wall.kind == "slanted":
        return point
    return (point[0], wall.place) if wall.kind == "along" else (wall.place, point[1])
