"""A raster that was found fit for use: what is known of it before its pixels are read."""

from __future__ import annotations

from dataclasses import dataclass

from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from .georeference import Georeference
from .public_name import public_name


@dataclass(frozen=True)
class RasterSource:
    """A raster that was found fit for use.

    Attributes:
        path: path or GDAL address.
        files: all files it consists of, those of the sources of a virtual raster, too.
        georeference: where its pixels lie.
        dtype: numpy name of the common type of the three bands.
        bands: numbers (from 1) of the red, green and blue band.
        nodata: values of red, green and blue in pixels without data, NaN for none; None where no band declares one.
        alpha: number of the alpha band, or None.
        masked: whether a mask (inside or beside the file) or an alpha band tells which pixels have data.
        fill: values that areas without data may have although nothing in the file says so: black, and white where the
            border shows it.
        block_shape: rows and columns of a block on disk.
    """

    path: str
    files: tuple[str, ...]
    georeference: Georeference
    dtype: str
    bands: tuple[int, int, int]
    nodata: tuple[float, float, float] | None
    alpha: int | None
    masked: bool
    fill: tuple[int, ...]
    block_shape: tuple[int, int]

    @property
    def name(self) -> str:
        """Name for messages: the file name without its folders."""
        return public_name(self.path)

    @property
    def crs(self) -> CRS:
        """CRS of the raster."""
        return self.georeference.crs

    @property
    def transform(self) -> Affine:
        """Pixel to CRS (the best fit where there are control points)."""
        return self.georeference.transform

    @property
    def width(self) -> int:
        """Columns."""
        return self.georeference.width

    @property
    def height(self) -> int:
        """Rows."""
        return self.georeference.height

    @property
    def gcps(self) -> tuple[GroundControlPoint, ...]:
        """Ground control points where an affine does not do."""
        return self.georeference.gcps
