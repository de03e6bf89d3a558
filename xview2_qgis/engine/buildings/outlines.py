"""Outlines: from pixels to polygons that lie where the pixels lie.

The outline of a pixel set is a staircase. The middles of its unit steps scatter evenly around the true wall, whatever
its direction, so straight lines fitted to them are not shifted, neither inwards nor outwards; simplifying the corners
of the staircase instead would be. Polygons are made, measured and placed many at a time: one at a time, that takes
longer than finding their corners.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from .regularization import Points, straighten
from .right_angles import with_right_angles
from .topology import without_overlaps

_SHELF = 1024  # pixels: width of a canvas of several images
_LARGEST_CHANGE = 0.05  # share of the area that straight walls may add or take away

Outline = TypeVar("Outline", Polygon, MultiPolygon)


def trace_all(
    images: Sequence[NDArray[np.int32]],
    *,
    smallest_hole: float = 0.0,
    gaps: Sequence[NDArray[np.float64]] | None = None,
) -> list[dict[int, Polygon]]:
    """Return the outlines of the objects of several label images, without stairs.

    Setting up GDAL's polygonizer costs more than it takes to trace a building, so it is done once for all of them.

    Args:
        images: number of the object of each pixel, 0 for none, int32 (H, W); objects are 4-connected.
        smallest_hole: holes smaller than this (pixels) are filled.
        gaps: for outlines with right angles: how far others are from the objects of each image, see
            :func:`.right_angles.gaps`.

    Returns:
        Valid polygons by number, for each image, in the image's own pixel coordinates (x to the right, y down, origin
        at the outer corner of the first pixel). No two of an image overlap.
    """
    canvas, corners, numbers = _packed(images)
    stairs: list[list[Points]] = []
    places: list[tuple[int, int]] = []  # image and number
    for geometry, value in rasterio.features.shapes(
        canvas, mask=canvas > 0, connectivity=4, transform=Affine.identity()
    ):
        index = bisect_left(numbers, int(value)) - 1
        top, left = corners[index]
        rings = [np.array(ring) - (left, top) for ring in geometry["coordinates"]]
        stairs.append(_without_small_holes(rings, smallest_hole))
        places.append((index, int(value) - numbers[index]))
    exact = _polygons(stairs)
    found: list[dict[int, Polygon]] = [{} for _ in images]
    pixels: list[dict[int, Polygon]] = [{} for _ in images]
    for (index, number), straight, stair in zip(places, _simplified(stairs, exact), exact, strict=True):
        found[index][number], pixels[index][number] = straight, stair
    plain = [_apart(*outlines) for outlines in zip(found, pixels, strict=True)]
    if gaps is None:
        return plain
    return [with_right_angles(*outlines) for outlines in zip(plain, pixels, gaps, strict=True)]


def _apart(straight: dict[int, Polygon], stairs: dict[int, Polygon]) -> dict[int, Polygon]:
    """Return outlines that do not overlap: straight ones, or stairs where a building would lose too much by that."""
    cut = without_overlaps(straight)
    change = (abs(cut[number].area - stair.area) / stair.area for number, stair in stairs.items())
    return cut if max(change, default=0.0) <= 2 * _LARGEST_CHANGE else stairs


def _packed(images: Sequence[NDArray[np.int32]]) -> tuple[NDArray[np.int32], list[tuple[int, int]], list[int]]:
    """Lay images side by side on shelves, a pixel apart.

    Returns:
        The canvas; row and column of each image on it; what was added to its numbers to make them unique.
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
        rows, cols = image.shape
        np.add(image, highest, out=canvas[row:, col:][:rows, :cols], where=image > 0)
        highest += int(image.max())
    return canvas, places, numbers


def _simplified(stairs: Sequence[Sequence[Points]], before: NDArray[np.object_]) -> list[Polygon]:
    """Return polygons with straight walls instead of stairs, valid and not empty.

    Where straight walls would cross each other or change the area by more than a twentieth, the staircase stays.

    Args:
        stairs: polygons along pixel edges, in pixel coordinates; the rings of each, the shell first.
        before: the same as polygons.
    """
    if not stairs:
        return []
    after = _polygons([[straighten(ring) for ring in rings] for rings in stairs])
    area = shapely.area(before)
    good = shapely.is_valid(after) & (np.abs(shapely.area(after) - area) <= _LARGEST_CHANGE * area)
    return list(np.where(good, after, before))


def _polygons(shapes: Sequence[Sequence[Points]]) -> NDArray[np.object_]:
    """Return polygons made of closed rings (N, 2), the shell of each first."""
    if not shapes:
        return np.array([], dtype=object)
    rings = [ring for rings in shapes for ring in rings]
    owners = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    lines = shapely.linearrings(np.concatenate(rings), indices=owners)
    owners = np.repeat(np.arange(len(shapes)), [len(rings) for rings in shapes])
    made = shapely.polygons(np.asarray(lines, dtype=object), indices=owners)
    return np.asarray(made, dtype=object)


def _without_small_holes(rings: list[Points], smallest: float) -> list[Points]:
    """Return the rings of a polygon without the holes whose area is below ``smallest``."""
    return rings[:1] + [ring for ring in rings[1:] if shapely.area(shapely.polygons(ring)) >= smallest]


def to_grid(polygon: Outline, transform: Affine) -> Outline:
    """Return a polygon or multipolygon in pixel coordinates in the coordinates of the transform's CRS."""
    a, b, c, d, e, f = transform[:6]
    return shapely.transform(polygon, lambda xy: np.column_stack([xy @ [a, b] + c, xy @ [d, e] + f]))


def to_grid_all(polygons: Sequence[Polygon], corners: NDArray[np.float64], transform: Affine) -> list[Polygon]:
    """Return polygons in pixel coordinates of windows of their own in the coordinates of the transform's CRS.

    Args:
        polygons: N polygons.
        corners: column and row of the upper left corner of the window of each, float64 (N, 2).
        transform: pixel of the grid to CRS.
    """
    placed = np.array(polygons, dtype=object)
    a, b, c, d, e, f = transform[:6]
    points, owners = shapely.get_coordinates(placed, return_index=True)
    # the origin of each window first, as in the transform of the window: that keeps the digits of small coordinates
    x, y = (corners @ [a, b] + c)[owners], (corners @ [d, e] + f)[owners]
    shapely.set_coordinates(placed, np.column_stack([points @ [a, b] + x, points @ [d, e] + y]))
    return list(placed)
