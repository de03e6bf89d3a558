"""Outlines in longitude and latitude, as RFC 7946 wants them: shells counter-clockwise, cut at the antimeridian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ..lonlat import to_lonlat


@dataclass(frozen=True)
class LonLatOutlines:
    """Outlines of N buildings.

    Attributes:
        outlines: polygons, and multipolygons of two parts and more, in degrees, longitude first, from -180 to 180;
            object array (N,).
        points: a point inside of each, float64 (N, 2).
    """

    outlines: NDArray[np.object_]
    points: NDArray[np.float64]


def lonlat_outlines(outlines: NDArray[np.object_], crs: CRS) -> LonLatOutlines:
    """Return outlines in longitude and latitude.

    Args:
        outlines: polygons and multipolygons, object array (N,).
        crs: their CRS; longitudes may count on beyond 180.
    """
    if not len(outlines):
        return LonLatOutlines(outlines, np.empty((0, 2)))
    inside = to_lonlat(shapely.point_on_surface(outlines), crs)
    points = np.stack([shapely.get_x(inside), shapely.get_y(inside)], axis=1)
    placed = to_lonlat(outlines, crs)
    single = shapely.get_num_geometries(placed) == 1
    placed[single] = shapely.get_geometry(placed[single], 0)
    return LonLatOutlines(shapely.orient_polygons(placed), points)
