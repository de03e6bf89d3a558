"""Coordinates in another CRS: points and geometries, also across the antimeridian.

All of them go through rasterio's PROJ. That of pyproj agrees to 1.5e-8 m, but not to the last digit: results would
change with it, and where two images of different CRS meet, positions would be rounded otherwise while resampling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.warp import transform as warp_points
from shapely.geometry.base import BaseGeometry

from ..access.gdal_errors import is_gdals_own

#: WGS 84, longitude before latitude.
LONLAT = CRS.from_epsg(4326)
_CYLINDRICAL = ("merc", "eqc", "cea", "mill")  # PROJ's names; x grows evenly with the longitude


@dataclass(frozen=True)
class CrsTransform:
    """Leads from one CRS to another, x before y whatever order of axes a CRS defines.

    Attributes:
        source: CRS of what is given.
        target: CRS wanted.
        near_x: an x coordinate of the scene in ``target``. What lies on the other side of the antimeridian is counted
            on from there, so that no outline runs around the world. None leaves coordinates as they come.
    """

    source: CRS
    target: CRS
    near_x: float | None = None

    def points(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return points in the target CRS.

        Args:
            x: eastings or longitudes, shape (N,).
            y: northings or latitudes, shape (N,).

        Returns:
            Array (2, N), infinite where a point cannot be expressed in the target CRS.
        """
        points = np.stack([np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))])
        if self.source != self.target:
            points = _transformed(self.source, self.target, points)
        if self.near_x is not None:
            known = np.isfinite(points[0])
            points[0, known] = nearest_turn(self.target, points[0, known], self.near_x)
        return points

    def geometries(self, geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Return geometries in the target CRS, vertex by vertex; those already there are returned unchanged."""
        if self.source == self.target and self.near_x is None:
            return list(geometries)
        return list(shapely.transform(np.array(geometries, dtype=object), lambda xy: self.points(xy[:, 0], xy[:, 1]).T))


def nearest_turn(crs: CRS, x: NDArray[np.float64], near: float) -> NDArray[np.float64]:
    """Return x coordinates moved by whole turns around the Earth to within half a turn of ``near``.

    The same place has the longitudes 181 and -179, and rasters across the antimeridian count on beyond 180: without
    this their other half would lie a world away. Coordinates in a CRS that does not go round stay as they are.
    """
    turn = whole_turn(crs)
    return x if turn is None else x - np.round((x - near) / turn) * turn


@lru_cache(maxsize=64)
def whole_turn(crs: CRS) -> float | None:
    """Return by how much x grows on one way around the Earth, None where it does not grow evenly."""
    if crs.is_geographic:
        return math.tau / float(crs.units_factor[1])
    known = crs.to_dict()
    if known.get("proj") not in _CYLINDRICAL:
        return None
    middle = float(known.get("lon_0", 0.0))
    first, second = CrsTransform(LONLAT, crs).points([middle, middle + 1.0], [0.0, 0.0])[0]
    return float(second - first) * 360.0


def _transformed(source: CRS, target: CRS, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (2, N) in another CRS. One without a place there fails them all, so halves are tried."""
    try:
        return np.asarray(warp_points(source, target, points[0], points[1])[:2], dtype=np.float64)
    except RasterioError:
        pass
    except Exception as error:
        if not is_gdals_own(error):
            raise
    count = points.shape[1]
    if count <= 1 or not np.isfinite(points).any():
        return np.full_like(points, np.inf)
    middle = count // 2
    halves = points[:, :middle], points[:, middle:]
    return np.concatenate([_transformed(source, target, half) for half in halves], axis=1)
