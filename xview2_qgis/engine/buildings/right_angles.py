"""Right angles: outlines whose walls follow two directions, where no point of them moves by more than a pixel for it.

A building keeps its plain outline where its walls follow no two directions at right angles, where a point of its
boundary or its centroid would move by more than a pixel, and where it would take ground that a building beside it has.
The grid is metric and its pixels are squares, so what is a right angle in pixels is one on the ground.
"""

from __future__ import annotations

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from .squaring import Points, main_direction, squared

#: Pixels: how far a point of the boundary, or the centroid, may move.
FARTHEST_MOVE = 1.0
#: Pixels around a building in which others matter to it: one that is farther away cannot be met.
NEIGHBOURHOOD = 4
_BETWEEN = 0.05  # pixels between the points of a boundary at which moves are measured
_LARGEST_CHANGE = 0.05  # share of the area that may come or go
_REACHES = (0.9, 0.0)  # pixels: how far off a corner that was rounded off may lie; none where that moves too much
_SHARED_GROUND = "T********"  # DE-9IM: the insides meet


def gaps(labels: NDArray[np.int32], count: int, others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many pixels lie between each building and the nearest one of another component.

    Args:
        labels: number of the building of each pixel of a component, 0 for none, int32 (H, W).
        count: how many buildings there are, numbered 1 … ``count``.
        others: pixels of other components, bool (H + 2·:data:`NEIGHBOURHOOD`, W + 2·:data:`NEIGHBOURHOOD`), as much
            more around the same window.

    Returns:
        float64 (count,): 0 where two touch at a corner, :data:`NEIGHBOURHOOD` where nothing is near.
    """
    if not others.any():
        return np.full(count, float(NEIGHBOURHOOD))
    away = cv2.distanceTransform((~others).astype(np.uint8), cv2.DIST_C, 3)
    inner = away[NEIGHBOURHOOD:-NEIGHBOURHOOD, NEIGHBOURHOOD:-NEIGHBOURHOOD] - 1.0
    least = np.full(count + 1, float(NEIGHBOURHOOD))
    np.minimum.at(least, labels.ravel(), inner.ravel())
    return np.asarray(np.maximum(least[1:], 0.0))


def with_right_angles(
    outlines: dict[int, Polygon], stairs: dict[int, Polygon], gap: NDArray[np.float64]
) -> dict[int, Polygon]:
    """Return the outlines of buildings that touch, squared where that can be done.

    Args:
        outlines: valid polygons in pixels by number, from 1; no two of them cover the same ground.
        stairs: the pixels of the same buildings as polygons.
        gap: of the buildings by their numbers, see :func:`gaps`.

    Returns:
        Valid polygons by the same numbers, of which still no two cover the same ground. Those of them that are not
        the polygons given have walls in two directions at right angles, but for slanted walls.
    """
    numbers = sorted(outlines)
    plain = np.array([outlines[number] for number in numbers], dtype=object)
    tried = np.array([_squared(outline) or outline for outline in plain], dtype=object)
    own = shapely.buffer([stairs[number] for number in numbers], gap[np.array(numbers) - 1] / 2, join_style="mitre")
    taken = _acceptable(tried, plain, own)
    chosen = _apart(tried, plain, taken) if len(numbers) > 1 else np.where(taken, tried, plain)
    return dict(zip(numbers, chosen, strict=True))


def _squared(outline: Polygon) -> Polygon | None:
    """Return an outline whose walls follow two directions, however far they move for it; None where there are none."""
    rings = [shapely.get_coordinates(ring) for ring in (outline.exterior, *outline.interiors)]
    if all(_along_the_grid(ring) for ring in rings):
        return None  # it has right angles, or it is a staircase that nothing straightens
    direction = main_direction(rings)
    if direction is None:
        return None
    found = [_squared_nearby(ring, direction) for ring in rings]
    return None if found[0] is rings[0] else Polygon(found[0], found[1:])


def _along_the_grid(ring: Points) -> bool:
    return bool((np.diff(ring, axis=0) == 0).any(axis=1).all())


def _squared_nearby(plain: Points, direction: float) -> Points:
    """Return a squared ring of which no point lies farther than a pixel from the plain one, and the other way round.

    Distances are measured at points that lie a twentieth of a pixel apart: between two of them, a distance is larger
    by a fortieth at most. Where there is no such ring, that is the plain one.
    """
    other = shapely.linestrings(plain)
    for reach in _REACHES:
        ring = squared(plain, direction, reach)
        if ring is None:
            continue
        one = shapely.linestrings(ring)
        farthest = max(
            shapely.hausdorff_distance(shapely.segmentize(one, _BETWEEN), other),
            shapely.hausdorff_distance(one, shapely.segmentize(other, _BETWEEN)),
        )
        if farthest <= FARTHEST_MOVE - _BETWEEN / 2:
            return ring
    return plain


def _acceptable(tried: NDArray[np.object_], plain: NDArray[np.object_], own: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which squared outlines are valid, hardly move or grow, and take no ground but their own.

    Own ground reaches half of the way to the next component. So no two buildings that do not touch take the same
    ground, although each is squared without knowing the other.
    """
    good = shapely.is_valid(tried)
    before, area = shapely.area(plain), shapely.area(tried)
    good &= np.abs(area - before) <= _LARGEST_CHANGE * before
    good &= shapely.distance(shapely.centroid(tried), shapely.centroid(plain)) <= FARTHEST_MOVE
    ground = shapely.union(own[good], plain[good])
    # a millionth of a square pixel absorbs what rounding adds
    good[good] = shapely.area(shapely.difference(tried[good], ground)) <= 1e-6
    return np.asarray(good)


def _apart(tried: NDArray[np.object_], plain: NDArray[np.object_], taken: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return squared outlines where they are acceptable and share no ground with others, else the plain ones.

    The largest building comes first, so that it does not wait for a shed beside it.
    """
    chosen = plain.copy()
    one, other = shapely.STRtree(plain).query(shapely.buffer(plain, 2 * FARTHEST_MOVE))
    for index in np.argsort(-shapely.area(plain), kind="stable").tolist():
        if not taken[index] or tried[index] is plain[index]:
            continue
        beside = other[(one == index) & (other != index)]
        if not shapely.relate_pattern(tried[index], chosen[beside], _SHARED_GROUND).any():
            chosen[index] = tried[index]
    return chosen
