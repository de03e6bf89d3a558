"""Geometries in other CRS, and their true areas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from .georeference import nearest_turn, transform_points


def reproject(
    geometries: Sequence[BaseGeometry], source: CRS, target: CRS, near_x: float | None = None
) -> list[BaseGeometry]:
    """Return geometries in another CRS, vertex by vertex, x before y; those already there are returned unchanged.

    Args:
        geometries: polygons.
        source: their CRS.
        target: CRS wanted.
        near_x: an x coordinate of the scene in ``target``. Vertices on the other side of the antimeridian are counted
            on from there, so that no outline runs around the world.
    """
    if source == target and near_x is None:
        return list(geometries)

    def place(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = transform_points(source, target, xy[:, 0], xy[:, 1])
        return np.column_stack([x if near_x is None else nearest_turn(target, x, near_x), y])

    return list(shapely.transform(np.array(geometries, dtype=object), place))


def ellipsoidal_areas(geometries: Sequence[BaseGeometry], crs: CRS) -> NDArray[np.float64]:
    """Return the areas of polygons on the ellipsoid of their CRS in square metres, float64 (N,).

    The edges are geodesics (Karney, *Algorithms for geodesics*, 2013), which for edges of buildings is exact; edges of
    many kilometres should be densified before.
    """
    exact = pyproj.CRS.from_wkt(crs.to_wkt())
    geod = exact.get_geod() or pyproj.Geod(ellps="WGS84")
    base = exact.geodetic_crs
    geographic = reproject(geometries, crs, CRS.from_wkt(base.to_wkt())) if base is not None else list(geometries)
    degrees = 1.0 if base is None else math.degrees(base.axis_info[0].unit_conversion_factor)
    if abs(degrees - 1.0) > 1e-9:  # NTF (Paris) counts in grads
        geographic = list(shapely.transform(np.array(geographic, dtype=object), lambda xy: xy * degrees))
    # holes count negative only when they run the other way round than the shell
    oriented = shapely.orient_polygons(np.array(geographic, dtype=object))
    return np.array([abs(geod.geometry_area_perimeter(polygon)[0]) for polygon in oriented], dtype=np.float64)
