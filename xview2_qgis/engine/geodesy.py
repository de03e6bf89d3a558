"""Geometries in other CRS, and their true areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from .georeference import transform_points


def reproject(geometries: Sequence[BaseGeometry], source: CRS, target: CRS) -> list[BaseGeometry]:
    """Return geometries in another CRS, vertex by vertex, x before y; those already there are returned unchanged."""
    if source == target:
        return list(geometries)
    moved = shapely.transform(
        np.array(geometries, dtype=object), lambda xy: transform_points(source, target, xy[:, 0], xy[:, 1]).T
    )
    return list(moved)


def ellipsoidal_areas(geometries: Sequence[BaseGeometry], crs: CRS) -> NDArray[np.float64]:
    """Return the areas of polygons on the ellipsoid of their CRS in square metres, float64 (N,).

    The edges are geodesics (Karney, *Algorithms for geodesics*, 2013), which for edges of buildings is exact; edges of
    many kilometres should be densified before.
    """
    exact = pyproj.CRS.from_wkt(crs.to_wkt())
    geod = exact.get_geod() or pyproj.Geod(ellps="WGS84")
    base = exact.geodetic_crs
    geographic = reproject(geometries, crs, CRS.from_wkt(base.to_wkt())) if base is not None else list(geometries)
    # holes count negative only when they run the other way round than the shell
    oriented = shapely.orient_polygons(np.array(geographic, dtype=object))
    return np.array([abs(geod.geometry_area_perimeter(polygon)[0]) for polygon in oriented], dtype=np.float64)
