"""The ground of an image: where it lies on Earth, so that pairs of one place are not on both sides of a split.

xBD's labels give each outline twice, in pixels and in longitude and latitude. An affine map between both carries the
corners of the image. Labels without buildings, and those of other data sets, say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

#: Share of the smaller image from which on two show the same place; the edges of neighbours overlap by a little.
_SAME = 0.05
_LEAST_POINTS = 4  # of an affine map three, and one that could contradict
_WORST_PIXELS = 5.0  # by which the map may miss a point; labels that are worse are not believed


def ground_corners(label: Path, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return longitude and latitude of the corners of an image, float64 (4, 2) in degrees; (0, 2) where unknown.

    Args:
        label: label file of the image.
        size: height and width of the image in pixels.
    """
    unknown = np.empty((0, 2))
    pixels, places = _points(label)
    if len(pixels) < _LEAST_POINTS:
        return unknown
    known = np.c_[pixels, np.ones(len(pixels))]
    matrix, _, rank, _ = np.linalg.lstsq(known, places, rcond=None)
    if rank < 3:
        return unknown
    step = np.hypot(*matrix[0])  # degrees a pixel
    if not step or np.abs(known @ matrix - places).max() > _WORST_PIXELS * step:
        return unknown
    height, width = size
    corners = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    return np.asarray(corners @ matrix, np.float64)


def same_ground(grounds: Sequence[NDArray[np.float64]]) -> list[int]:
    """Return for each image the first one that shows the same place, itself where there is none before it.

    What shows the same place as a third one counts as the same place, too.

    Args:
        grounds: of :func:`ground_corners`.
    """
    first = list(range(len(grounds)))
    known = [i for i, corners in enumerate(grounds) if len(corners)]
    outlines = np.array([shapely.convex_hull(shapely.multipoints(grounds[i])) for i in known])
    if not len(outlines):
        return first
    tree = shapely.STRtree(outlines)
    for left, right in tree.query(outlines, predicate="intersects").T.tolist():
        if left < right and _overlap(outlines[left], outlines[right]) > _SAME:
            one, other = _root(first, known[left]), _root(first, known[right])
            first[max(one, other)] = min(one, other)
    return [_root(first, i) for i in range(len(first))]


def _root(first: list[int], item: int) -> int:
    while first[item] != item:
        item = first[item]
    return item


def _overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
    smaller = min(shapely.area(one), shapely.area(other))
    return float(shapely.area(shapely.intersection(one, other)) / smaller) if smaller else 0.0


def _points(label: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points of all outlines in pixels and on Earth, float64 (N, 2) each; none where the file has none."""
    nothing = np.empty((0, 2)), np.empty((0, 2))
    try:
        features = json.loads(label.read_text(encoding="utf-8"))["features"]
        on_earth = {entry["properties"]["uid"]: entry["wkt"] for entry in features["lng_lat"]}
        in_pixels = {entry["properties"]["uid"]: entry["wkt"] for entry in features["xy"]}
        both = sorted(on_earth.keys() & in_pixels.keys())
        pairs = [(shapely.from_wkt(in_pixels[uid]), shapely.from_wkt(on_earth[uid])) for uid in both]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, shapely.errors.GEOSException):
        return nothing  # who reads masks of the label says what is wrong with it
    alike = [
        (shapely.get_coordinates(pixel), shapely.get_coordinates(place))
        for pixel, place in pairs
        if shapely.get_num_coordinates(pixel) == shapely.get_num_coordinates(place)
    ]
    return (np.concatenate([p for p, _ in alike]), np.concatenate([g for _, g in alike])) if alike else nothing
