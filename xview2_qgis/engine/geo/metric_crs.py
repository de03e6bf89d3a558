"""The metric CRS of a place: one whose metres are metres there."""

from __future__ import annotations

import pyproj
from rasterio.crs import CRS

from .georeference import Georeference

_SCALE_TOLERANCE = 0.01


def metric_crs(georeference: Georeference) -> CRS:
    """Return a projected CRS in metres that is true to scale at the centre of a raster.

    That is the CRS of the raster where its scale there is within 1 % of 1 (which Web Mercator's is not), else UTM of
    WGS 84, near the poles UPS.
    """
    longitude, latitude = georeference.centre_lonlat()
    if _is_metric(georeference.crs, longitude, latitude):
        return georeference.crs
    if latitude > 84.0:
        return CRS.from_epsg(5041)
    if latitude < -80.0:
        return CRS.from_epsg(5042)
    zone = min(60, int((longitude + 180.0) // 6.0) + 1)
    return CRS.from_epsg((32600 if latitude >= 0.0 else 32700) + zone)


def _is_metric(crs: CRS, longitude: float, latitude: float) -> bool:
    try:
        projected = pyproj.CRS.from_wkt(crs.to_wkt())
        if not projected.is_projected or projected.axis_info[0].unit_conversion_factor != 1.0:
            return False
        factors = pyproj.Proj(projected).get_factors(longitude, latitude)
    except pyproj.exceptions.ProjError:
        return False
    scales = (factors.meridional_scale, factors.parallel_scale)
    return all(abs(scale - 1.0) <= _SCALE_TOLERANCE for scale in scales) and abs(factors.angular_distortion) <= 1.0
