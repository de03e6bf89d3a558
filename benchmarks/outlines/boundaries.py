"""How far the boundary of a building found lies from that of its label."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

_STEP_M = 0.1  # between the points of a boundary


class BoundaryError(NamedTuple):
    """Distances between two boundaries, over the points of both; each of the two counts one half.

    Attributes:
        mean_m: their mean, metres.
        most_m: what 95 % of the points stay below, metres.
    """

    mean_m: float
    most_m: float


def boundary_error(one: shapely.Geometry, other: shapely.Geometry) -> BoundaryError:
    """Return the distances between the boundaries of two outlines, symmetric.

    Args:
        one: polygon or multipolygon in metres.
        other: the same.
    """
    lines = shapely.boundary(one), shapely.boundary(other)
    away = _distances(*lines), _distances(*lines[::-1])
    distances = np.concatenate(away)
    weights = np.concatenate([np.full(len(part), 0.5 / len(part)) for part in away])
    order = np.argsort(distances)
    place = np.searchsorted(np.cumsum(weights[order]), 0.95)
    return BoundaryError(float(distances @ weights), float(distances[order][min(int(place), len(order) - 1)]))


def _distances(line: shapely.Geometry, other: shapely.Geometry) -> NDArray[np.float64]:
    """Return how far points along a line, all as far apart, are from another line."""
    points: list[NDArray[np.object_]] = []
    for part in shapely.get_parts(line):
        count = max(int(np.ceil(part.length / _STEP_M)), 1)
        points.append(shapely.line_interpolate_point(part, (np.arange(count) + 0.5) * part.length / count))
    return np.asarray(shapely.distance(np.concatenate(points), other), np.float64)
