"""Topology: buildings that touch share a wall, and none of them covers a piece of another.

The wall between two buildings is straightened for each of them on its own, so their outlines cross each other by a
part of a pixel here and there. What both cover goes to the one that comes first, and both get the corners where their
walls meet, so that the layer passes a check of its topology. That is done block by block: of two blocks that meet at a
corner, buildings can still cover a few square centimetres together.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

_GRID = 2.0**-10  # pixels: half a millimetre on the ground


def without_overlaps(outlines: dict[int, Polygon]) -> dict[int, Polygon]:
    """Return outlines of which no two cover the same ground.

    Args:
        outlines: valid polygons in pixels, by number; the lower number keeps what two of them cover.

    Returns:
        The same polygons where none overlaps another one. Else they are cut, and their corners lie on multiples of
        1/1024 pixel; where a cut leaves several pieces of a building, the largest.
    """
    if len(outlines) < 2:
        return outlines
    numbers = sorted(outlines)
    polygons = np.array([outlines[number] for number in numbers], dtype=object)
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    if not (shapely.area(shapely.intersection(polygons[first], polygons[second])) > 0.0).any():
        return outlines
    return dict(zip(numbers, _cut(polygons), strict=True))


def _cut(polygons: NDArray[np.object_]) -> list[Polygon]:
    """Cut the plane along all walls, and give each piece to the first polygon that holds it."""
    # snapped to a grid, walls that nearly coincide become one; without it GEOS can lose pieces between them
    walls = shapely.union_all(shapely.boundary(polygons), grid_size=_GRID)
    pieces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(walls).tolist())), dtype=object)
    inside = shapely.point_on_surface(pieces)
    piece, owner = shapely.STRtree(polygons).query(inside, predicate="intersects")
    owners = np.full(len(pieces), len(polygons))
    np.minimum.at(owners, piece, owner)
    result = []
    for index, polygon in enumerate(polygons):
        parts = shapely.get_parts(shapely.union_all(pieces[owners == index]))
        # a building that lies in another one altogether is left as it is
        result.append(max(parts, key=shapely.area) if len(parts) else polygon)
    return result
