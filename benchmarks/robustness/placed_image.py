"""An image with its place on Earth, as it is distorted and written for the product."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

_EARTH_M = 6_378_137.0  # equatorial radius of WGS 84


@dataclass(frozen=True)
class PlacedImage:
    """An image with its place on Earth.

    Attributes:
        pixels: red, green and blue, uint8 or uint16 (3, H, W).
        transform: pixel to CRS.
        crs: metres, or degrees.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    transform: Affine
    crs: CRS

    @classmethod
    def read(cls, path: Path) -> PlacedImage:
        """Read the first three bands of a raster.

        Raises:
            RasterioIOError: it cannot be read.
        """
        with rasterio.open(path) as source:
            return cls(source.read((1, 2, 3)), source.transform, source.crs)

    def write(self, path: Path) -> None:
        """Write a GeoTIFF whose bands are red, green and blue."""
        bands, height, width = self.pixels.shape
        with rasterio.open(
            path, "w", driver="GTiff", width=width, height=height, count=bands, dtype=self.pixels.dtype.name,
            crs=self.crs, transform=self.transform, photometric="RGB", tiled=True, blockxsize=256, blockysize=256,
        ) as target:  # fmt: skip
            target.write(self.pixels)

    @property
    def metres(self) -> tuple[float, float]:
        """Metres of one unit of the CRS along x and y, on a sphere: right to half a percent."""
        if not self.crs.is_geographic:
            return 1.0, 1.0
        height, width = self.pixels.shape[1:]
        _, latitude = self.transform @ (width / 2, height / 2)
        degree = math.radians(1.0) * _EARTH_M
        return degree * math.cos(math.radians(latitude)), degree

    @property
    def gsd_m(self) -> float:
        """Ground sampling distance in metres, the geometric mean of both directions."""
        east, north = self.metres
        return math.sqrt(abs(self.transform.determinant) * east * north)
