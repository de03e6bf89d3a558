"""Where a raster lies: its pixels on the ground, whatever its CRS, rotation or control points.

Pixel coordinates are (column, row) with whole numbers on pixel corners, as in GDAL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.transform import GCPTransformer

from .crs import LONLAT, CrsTransform
from .polygons import polygonal

_WGS84 = pyproj.Geod(ellps="WGS84")
_EDGE_POINTS = 33  # per edge: the sagitta of a 50 km UTM edge seen from the next zone is then below a centimetre


@dataclass(frozen=True)
class Georeference:
    """Where the pixels of a raster lie.

    Attributes:
        crs: CRS of the raster, or of its control points.
        transform: pixel to CRS; with control points the affine that fits them best.
        width: columns.
        height: rows.
        gcps: ground control points where an affine does not do, else empty.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int
    gcps: tuple[GroundControlPoint, ...] = ()

    @property
    def north_up(self) -> bool:
        """True if rows run exactly east and columns exactly south."""
        t = self.transform
        return not self.gcps and t.b == 0.0 and t.d == 0.0 and t.a > 0.0 > t.e

    def to_crs(self, columns: ArrayLike, rows: ArrayLike) -> NDArray[np.float64]:
        """Return CRS coordinates (2, N) of pixel coordinates."""
        columns, rows = np.asarray(columns, np.float64), np.asarray(rows, np.float64)
        if self.gcps:
            with GCPTransformer(self.gcps) as transformer:
                return np.asarray(transformer.xy(rows, columns, offset="ul"), dtype=np.float64)
        t = self.transform
        return np.stack([t.a * columns + t.b * rows + t.c, t.d * columns + t.e * rows + t.f])

    def to_pixels(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return pixel coordinates (2, N), column first, of CRS coordinates."""
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if self.gcps:
            with GCPTransformer(self.gcps) as transformer:
                # any ufunc keeps fractions; the default rounds down
                rows, columns = transformer.rowcol(x, y, op=np.positive)
            return np.stack([columns, rows])
        t = ~self.transform
        return np.stack([t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f])

    def outline(self, crs: CRS) -> shapely.Polygon | shapely.MultiPolygon | None:
        """Return the outline of the raster in ``crs``, its edges densified; None if it cannot be expressed there."""
        columns, rows = _ring(self.width, self.height)
        points = CrsTransform(self.crs, crs).points(*self.to_crs(columns, rows))
        if not np.isfinite(points).all():
            return None
        polygon = shapely.Polygon(points.T)
        return polygon if polygon.is_valid else polygonal(shapely.make_valid(polygon))

    def centre_lonlat(self) -> tuple[float, float]:
        """Return longitude and latitude of the centre in degrees, infinite if there is none."""
        middle = self.to_crs([self.width / 2], [self.height / 2])
        lon, lat = CrsTransform(self.crs, LONLAT).points(*middle)[:, 0]
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return math.inf, math.inf
        return (float(lon) + 180.0) % 360.0 - 180.0, float(lat)

    def centre_x(self) -> float:
        """Return the x coordinate of the centre in the CRS of the raster."""
        return float(self.to_crs([self.width / 2], [self.height / 2])[0, 0])

    def radius_m(self) -> float:
        """Return the distance from the centre to the furthest corner in metres (geodesic)."""
        lon, lat = self.centre_lonlat()
        corners = self.to_crs([0, self.width, self.width, 0], [0, 0, self.height, self.height])
        corners = CrsTransform(self.crs, LONLAT).points(*corners)
        return max(float(_WGS84.inv(lon, lat, *corner)[2]) for corner in corners.T.tolist())

    def distance_m(self, columns: ArrayLike, rows: ArrayLike, lons: ArrayLike, lats: ArrayLike) -> float:
        """Return the median geodesic distance of pixels from where they are said to lie (degrees), in metres."""
        here = CrsTransform(self.crs, LONLAT).points(*self.to_crs(columns, rows))
        return float(np.median(_WGS84.inv(here[0], here[1], np.asarray(lons), np.asarray(lats))[2]))

    def pixel_size_m(self) -> tuple[float, float]:
        """Return width and height of the central pixel in metres on the ground (geodesic)."""
        column, row = self.width / 2, self.height / 2
        # several pixels at once keep the rounding of degrees out of the result
        span = 8.0
        points = self.to_crs([column, column + span, column], [row, row, row + span])
        points = CrsTransform(self.crs, LONLAT).points(*points)
        (lon, lat), right, down = points.T.tolist()
        return _WGS84.inv(lon, lat, *right)[2] / span, _WGS84.inv(lon, lat, *down)[2] / span


def distance_m(first: Georeference, second: Georeference) -> float:
    """Return the geodesic distance between the centres of two rasters in metres."""
    return float(_WGS84.inv(*first.centre_lonlat(), *second.centre_lonlat())[2])


def _ring(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pixel coordinates along the four edges, clockwise from the upper left corner."""
    step = np.arange(_EDGE_POINTS - 1) / (_EDGE_POINTS - 1)
    zero, one = np.zeros_like(step), np.ones_like(step)
    columns = np.concatenate([step, one, 1 - step, zero]) * width
    rows = np.concatenate([zero, step, one, 1 - step]) * height
    return columns, rows
