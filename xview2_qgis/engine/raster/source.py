"""A raster that was found fit for use: what is known of it before its pixels are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from ...protocol.options.nodata_rule import NodataRule
from ...protocol.public_name import public_name
from ..geo.georeference import Georeference
from ..radiometry.fill import Fill
from ..radiometry.validity import Triple
from .acquisition_date import AcquisitionDate
from .bands import BandChoice


@dataclass(frozen=True)
class RasterSource:
    """A raster that was found fit for use.

    Attributes:
        path: path or GDAL address.
        files: all files it consists of, those of the sources of a virtual raster, too.
        georeference: where its pixels lie.
        dtype: numpy name of the common type of the three bands.
        choice: the bands that are used, and why.
        nodata: values of red, green and blue in pixels without data, NaN for none; None where no band declares one.
        masked: whether a mask (inside or beside the file) or an alpha band tells which pixels have data.
        fill: colours that areas without data may have although nothing in the file says so.
        block_shape: rows and columns of a block on disk.
        impossible_nodata: declared values that the type cannot hold.
        unrectified: whether rational polynomials describe it: it lies where it says on flat ground only.
        low_contrast: whether it is of bytes that use so few of the 256 levels that hardly anything is seen.
        nodata_rule: values that the user declared as no data.
        acquired: when it was taken, None where that is not known.
    """

    path: str
    files: tuple[str, ...]
    georeference: Georeference
    dtype: str
    choice: BandChoice
    nodata: Triple | None
    masked: bool
    fill: tuple[Fill, ...]
    block_shape: tuple[int, int]
    impossible_nodata: tuple[float, ...] = ()
    unrectified: bool = False
    low_contrast: bool = False
    nodata_rule: NodataRule = field(default_factory=NodataRule)
    acquired: AcquisitionDate | None = None

    @property
    def name(self) -> str:
        """Name for messages: the file name without its folders."""
        return public_name(self.path)

    @property
    def bands(self) -> tuple[int, int, int]:
        """Numbers (from 1) of the red, green and blue band."""
        return self.choice.bands

    @property
    def alpha(self) -> int | None:
        """Number of the alpha band, or None."""
        return self.choice.alpha

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
