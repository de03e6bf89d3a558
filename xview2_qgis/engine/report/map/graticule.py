"""The graticule: meridians and parallels of round degrees across a picture, and where they meet its frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from .ground import Ground

Axis = Literal["longitude", "latitude"]
Side = Literal["bottom", "left", "top", "right"]

_LINES = 5  # of each kind at most, and two at least
_POINTS = 33  # of a line, which may be bent
_WIDEST_DEG = 60.0  # of a picture: what shows half the world needs no graticule
_ON_FRAME = 1e-3  # pixels


@dataclass(frozen=True)
class Tick:
    """Where a line meets the frame.

    Attributes:
        axis: what its number is.
        degrees: the number; east and north positive.
        decimals: that it needs.
        side: of the frame.
        column: of the place, pixels.
        row: of the place, pixels.
    """

    axis: Axis
    degrees: float
    decimals: int
    side: Side
    column: float
    row: float


@dataclass(frozen=True)
class Graticule:
    """Lines of round degrees.

    Attributes:
        ticks: where they meet the frame; longitudes on two sides across from each other, latitudes on the others.
        lines: corners of each line, pixels.
    """

    ticks: tuple[Tick, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()


def graticule(ground: Ground) -> Graticule:
    """Return the lines of a picture; none where its frame has no places on the Earth, or holds half of it."""
    edge = _frame(ground)
    degrees = ground.to_degrees(edge[0], edge[1])
    if not np.isfinite(degrees).all():
        return Graticule()
    west, south = degrees.min(axis=1).tolist()
    east, north = degrees.max(axis=1).tolist()
    if max(east - west, north - south) > _WIDEST_DEG:
        return Graticule()
    upright = _is_upright(ground)
    ticks: list[Tick] = []
    lines: list[tuple[tuple[float, float], ...]] = []
    axes: tuple[tuple[Axis, float, float, float, float], ...] = (
        ("longitude", west, east, south, north), ("latitude", south, north, west, east),
    )  # fmt: skip
    for axis, low, high, start, end in axes:
        step, decimals = _step(high - low)
        sides: tuple[Side, ...] = ("bottom", "top") if upright == (axis == "longitude") else ("left", "right")
        along = np.linspace(start, end, _POINTS)
        for number in range(math.ceil(low / step), math.floor(high / step) + 1):
            value = round(number * step, decimals)
            for corners in _clipped(ground, axis, value, along):
                lines.append(corners)
                ticks += _ticks(ground, (axis, _turned(axis, value), decimals), corners, sides)
    return Graticule(tuple(ticks), tuple(lines))


def _step(span: float) -> tuple[float, int]:
    """Return the smallest of 1, 2, 5 × 10ⁿ degrees that gives no more lines than wanted, and its decimals."""
    least = max(span, 1e-9) / _LINES
    power = math.floor(math.log10(least))
    factor, power = next(((f, power) for f in (1, 2, 5) if f * 10.0**power >= least * 0.999), (1, power + 1))
    return factor * 10.0**power, max(0, -power)


def _frame(ground: Ground) -> NDArray[np.float64]:
    """Return pixels (2, N) along the frame."""
    ring = shapely.segmentize(shapely.box(0, 0, ground.width, ground.height), max(ground.width, ground.height) / 16)
    return np.asarray(shapely.get_coordinates(ring).T, np.float64)


def _is_upright(ground: Ground) -> bool:
    """Whether meridians run rather from top to bottom than from left to right."""
    turned = ground.north_deg()
    return turned is None or abs(math.cos(math.radians(turned))) >= math.sqrt(0.5)


def _clipped(
    ground: Ground, axis: Axis, value: float, along: NDArray[np.float64]
) -> list[tuple[tuple[float, float], ...]]:
    fixed = np.full_like(along, value)
    points = ground.to_pixels(*((fixed, along) if axis == "longitude" else (along, fixed)))
    if not np.isfinite(points).all():
        return []
    inside = shapely.LineString(points.T).intersection(shapely.box(0, 0, ground.width, ground.height))
    parts = [part for part in shapely.get_parts(inside) if isinstance(part, shapely.LineString) and part.length > 1]
    return [tuple((float(x), float(y)) for x, y in part.simplify(0.1).coords) for part in parts]


def _ticks(
    ground: Ground, number: tuple[Axis, float, int], corners: tuple[tuple[float, float], ...], sides: tuple[Side, ...]
) -> list[Tick]:
    found = []
    for column, row in (corners[0], corners[-1]):
        meets: dict[Side, bool] = {
            "bottom": abs(row - ground.height) < _ON_FRAME, "top": abs(row) < _ON_FRAME,
            "left": abs(column) < _ON_FRAME, "right": abs(column - ground.width) < _ON_FRAME,
        }  # fmt: skip
        found += [Tick(*number, side, column, row) for side in sides if meets[side]]
    return found


def _turned(axis: Axis, value: float) -> float:
    """Return a longitude between -180 and 180."""
    if axis == "latitude" or -180.0 <= value <= 180.0:
        return value
    return (value + 180.0) % 360.0 - 180.0
