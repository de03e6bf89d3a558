"""True areas of geometries, on the ellipsoid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from .crs import CrsTransform


def ellipsoidal_areas(geometries: Sequence[BaseGeometry], crs: CRS) -> NDArray[np.float64]:
    """Return the areas of polygons on the ellipsoid of their CRS in square metres, float64 (N,).

    The edges are geodesics (Karney, *Algorithms for geodesics*, 2013), which for edges of buildings is exact; edges of
    many kilometres should be densified before.
    """
    exact = pyproj.CRS.from_wkt(crs.to_wkt())
    geod = exact.get_geod() or pyproj.Geod(ellps="WGS84")
    base = exact.geodetic_crs
    geographic = list(geometries)
    if base is not None:
        geographic = CrsTransform(crs, CRS.from_wkt(base.to_wkt())).geometries(geometries)
    degrees = 1.0 if base is None else math.degrees(base.axis_info[0].unit_conversion_factor)
    if abs(degrees - 1.0) > 1e-9:  # NTF (Paris) counts in grads
        geographic = list(shapely.transform(np.array(geographic, dtype=object), lambda xy: xy * degrees))
    # holes count negative only when they run the other way round than the shell
    oriented = shapely.orient_polygons(np.array(geographic, dtype=object))
    return np.array([abs(geod.geometry_area_perimeter(polygon)[0]) for polygon in oriented], dtype=np.float64)
