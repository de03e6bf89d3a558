"""Where a raster lies: its pixels on the ground, whatever its CRS, rotation or control points.

Pixel coordinates are (column, row) with whole numbers on pixel corners, as in GDAL. All coordinate changes go through
rasterio's PROJ, the same that warps the pixels, so that outlines, windows and images agree to the last digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.transform import GCPTransformer
from rasterio.warp import transform as warp_points

from ..access.gdal_errors import is_gdals_own

_LONLAT = CRS.from_epsg(4326)
_WGS84 = pyproj.Geod(ellps="WGS84")
_CYLINDRICAL = ("merc", "eqc", "cea", "mill")  # PROJ's names; x grows evenly with the longitude
_EDGE_POINTS = 33  # per edge: the sagitta of a 50 km UTM edge seen from the next zone is then below a centimetre


def transform_points(source: CRS, target: CRS, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Return points in another CRS, x before y whatever the CRS says about its axes.

    Args:
        source: CRS of the points.
        target: CRS wanted.
        x: eastings or longitudes, shape (N,).
        y: northings or latitudes, shape (N,).

    Returns:
        Array (2, N), infinite where a point cannot be expressed in ``target``.
    """
    points = np.stack([np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))])
    if source == target:
        return points
    return _transformed(source, target, points)


def _transformed(source: CRS, target: CRS, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (2, N) in another CRS. One without a place there fails them all, so it is looked for by halves."""
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
        """Whether rows run exactly east and columns exactly south."""
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
        points = transform_points(self.crs, crs, *self.to_crs(columns, rows))
        if not np.isfinite(points).all():
            return None
        polygon = shapely.Polygon(points.T)
        return polygon if polygon.is_valid else polygonal(shapely.make_valid(polygon))

    def centre_lonlat(self) -> tuple[float, float]:
        """Return longitude and latitude of the centre in degrees, infinite if there is none."""
        middle = self.to_crs([self.width / 2], [self.height / 2])
        lon, lat = transform_points(self.crs, _LONLAT, *middle)[:, 0]
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
        corners = transform_points(self.crs, _LONLAT, *corners)
        return max(float(_WGS84.inv(lon, lat, *corner)[2]) for corner in corners.T.tolist())

    def distance_m(self, columns: ArrayLike, rows: ArrayLike, lons: ArrayLike, lats: ArrayLike) -> float:
        """Return the median geodesic distance of pixels from where they are said to lie (degrees), in metres."""
        here = transform_points(self.crs, _LONLAT, *self.to_crs(columns, rows))
        return float(np.median(_WGS84.inv(here[0], here[1], np.asarray(lons), np.asarray(lats))[2]))

    def pixel_size_m(self) -> tuple[float, float]:
        """Return width and height of the central pixel in metres on the ground (geodesic)."""
        column, row = self.width / 2, self.height / 2
        # several pixels at once keep the rounding of degrees out of the result
        span = 8.0
        points = self.to_crs([column, column + span, column], [row, row, row + span])
        points = transform_points(self.crs, _LONLAT, *points)
        (lon, lat), right, down = points.T.tolist()
        return _WGS84.inv(lon, lat, *right)[2] / span, _WGS84.inv(lon, lat, *down)[2] / span


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
    first, second = transform_points(_LONLAT, crs, [middle, middle + 1.0], [0.0, 0.0])[0]
    return float(second - first) * 360.0


def distance_m(first: Georeference, second: Georeference) -> float:
    """Return the geodesic distance between the centres of two rasters in metres."""
    return float(_WGS84.inv(*first.centre_lonlat(), *second.centre_lonlat())[2])


def frame(transform: Affine, width: int, height: int) -> shapely.Polygon:
    """Return the outline of a raster of that size, in the CRS that the transform leads to."""
    return shapely.Polygon([transform @ corner for corner in ((0, 0), (width, 0), (width, height), (0, height))])


def polygonal(geometry: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon:
    """Return only the polygons of a geometry; mending and cutting leave lines and points behind."""
    if isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        return geometry
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():  # collections may hold collections
        parts = shapely.get_parts(parts)
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _ring(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pixel coordinates along the four edges, clockwise from the upper left corner."""
    step = np.arange(_EDGE_POINTS - 1) / (_EDGE_POINTS - 1)
    zero, one = np.zeros_like(step), np.ones_like(step)
    columns = np.concatenate([step, one, 1 - step, zero]) * width
    rows = np.concatenate([zero, step, one, 1 - step]) * height
    return columns, rows
