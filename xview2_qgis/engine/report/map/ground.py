"""Where the pixels of a picture lie on the Earth: longitudes and latitudes, lengths, and the way north."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyproj
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from rasterio.crs import CRS

from ...geo.crs import LONLAT, CrsTransform

_WGS84 = pyproj.Geod(ellps="WGS84")
_STEP_DEG = 1e-4  # about ten metres: the way north is the same as far as that


@dataclass(frozen=True)
class Ground:
    """The ground below a picture.

    Attributes:
        crs: CRS of the picture, any.
        transform: pixel (column, row, whole numbers on corners) to CRS.
        width: columns.
        height: rows.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle, degrees; infinite where the CRS has no place there."""
        x, y = self.transform @ (self.width / 2, self.height / 2)
        longitude, latitude = CrsTransform(self.crs, LONLAT).points([x], [y])[:, 0].tolist()
        return longitude, latitude

    def to_degrees(self, columns: ArrayLike, rows: ArrayLike) -> NDArray[np.float64]:
        """Return longitudes and latitudes (2, N) of pixels, counted on beyond the antimeridian."""
        x, y = self.transform @ (np.asarray(columns, np.float64), np.asarray(rows, np.float64))
        return CrsTransform(self.crs, LONLAT, self.middle[0]).points(x, y)

    def to_pixels(self, longitudes: ArrayLike, latitudes: ArrayLike) -> NDArray[np.float64]:
        """Return pixels (2, N), column first, of longitudes and latitudes."""
        centre, _ = self.transform @ (self.width / 2, self.height / 2)
        x, y = CrsTransform(LONLAT, self.crs, centre).points(longitudes, latitudes)
        columns, rows = ~self.transform @ (x, y)
        return np.stack([columns, rows])

    def pixel_m(self) -> float | None:
        """Return the width of a pixel in the middle, metres on the ground (geodesic); None where there is no place."""
        span = max(self.width / 4, 1.0)
        ends = self.to_degrees([self.width / 2 - span / 2, self.width / 2 + span / 2], [self.height / 2] * 2)
        if not np.isfinite(ends).all():
            return None
        (west, south), (east, north) = ends.T.tolist()
        return float(_WGS84.inv(west, south, east, north)[2]) / span

    def north_deg(self) -> float | None:
        """Return how far true north in the middle is turned from upwards, degrees clockwise; None without a place."""
        longitude, latitude = self.middle
        if not (math.isfinite(longitude) and math.isfinite(latitude)):
            return None
        (column, above_column), (row, above_row) = self.to_pixels([longitude] * 2, [latitude, latitude + _STEP_DEG])
        if not all(map(math.isfinite, (column, above_column, row, above_row))):
            return None
        return math.degrees(math.atan2(above_column - column, row - above_row))
