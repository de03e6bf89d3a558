"""A raster that was found fit for use: what is known of it, and its pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import Interleaving, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ...protocol.options.nodata_rule import NodataRule
from ...protocol.public_name import public_name
from ..access.network_access import remote_name
from ..access.virtual_raster import unopened_source
from ..geo.georeference import Georeference
from ..imagery.acquisition_date import AcquisitionDate
from ..imagery.image_metadata import ImageMetadata
from ..radiometry.fill import Fill
from ..radiometry.nodata_rule import mark_nodata
from ..radiometry.validity import Triple, mark_missing
from .bands import BandChoice
from .damage.piecewise import PiecewiseReading
from .damage.unreadable import UnreadableError, UnreadableParts
from .failure import read_failure, source_failure


@dataclass(frozen=True)
class RasterSource:
    """A raster that was found fit for use. It stays open, as a context manager until the end of its block.

    One thread at a time may read: datasets of GDAL cannot be shared.

    Attributes:
        dataset: the raster, open for reading.
        path: path or GDAL address.
        files: all files it consists of, those of the sources of a virtual raster, too.
        georeference: where its pixels lie.
        dtype: numpy name of the common type of the three bands.
        choice: the bands that are used, and why.
        nodata: values of red, green and blue in pixels without data, NaN for none; None where no band declares one.
        masked: whether a mask (inside or beside the file) or an alpha band marks which pixels have data.
        fill: colours that areas without data may have although nothing in the file declares them.
        block_shape: rows and columns of a block on disk.
        impossible_nodata: declared values that the type cannot hold.
        unrectified: whether rational polynomials describe it: its position holds on flat ground only.
        low_contrast: whether it is of bytes that use so few of the 256 levels that hardly anything is seen.
        nodata_rule: values that the user declared as no data.
        metadata: when it was taken, where it comes from.
        unreadable: parts that turned out to be damaged.
    """

    dataset: DatasetReader = field(repr=False, compare=False)
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
    metadata: ImageMetadata = field(default_factory=ImageMetadata)
    unreadable: UnreadableParts = field(default_factory=UnreadableParts, repr=False, compare=False)

    def __enter__(self) -> RasterSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def acquired(self) -> AcquisitionDate | None:
        """When it was taken, None where that is not known."""
        return self.metadata.acquired

    def close(self) -> None:
        """Close the file; nothing can be read any more."""
        self.dataset.close()

    def read(
        self, window: Window, shape: tuple[int, int] | None = None
    ) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
        """Read the three bands of a window and where they hold data.

        A pixel is valid where the mask or alpha band marks it and, with nodata values, where at least one of the three
        bands differs from its own (a dark roof may well be 0 in one band). NaN, infinite and absurdly large values and,
        in all three bands at once, the usual numbers for missing data such as -9999 are never valid.

        Args:
            window: whole pixels inside the raster.
            shape: rows and columns of the result; a smaller one averages, from overviews where there are.

        Returns:
            Values of shape (3, H, W) in the raster's type, and validity of shape (H, W).

        Raises:
            UnreadableError: the file ends or is damaged here (``raster-read``).
            InputError: it cannot be read (``raster-read``): the network is gone, a file of a mosaic is missing or no
                image, or GDAL lacks a codec.
        """
        height, width = shape or (int(window.height), int(window.width))
        resampling = Resampling.nearest if shape is None else Resampling.average
        try:
            values = self.dataset.read(
                self.bands, window=window, out_shape=(3, height, width), resampling=resampling, out_dtype=self.dtype
            )
            valid = np.ones((height, width), dtype=bool)
            if self.alpha is not None:
                valid = self.dataset.read(self.alpha, window=window, out_shape=(height, width)) > 0
            elif self.masked:
                valid = self.dataset.read_masks(self.bands[0], window=window, out_shape=(height, width)) > 0
        except (RasterioError, OSError) as error:
            unopened = unopened_source(self.dataset) if self.dataset.driver == "VRT" else None
            if unopened is not None:
                raise source_failure(self.path, unopened) from error
            raise read_failure(self.path, int(window.col_off), int(window.row_off), error) from error
        mark_missing(valid, values, self.nodata)
        mark_nodata(valid, values, self.nodata_rule)
        return values, valid

    def read_around_damage(
        self, window: Window, shape: tuple[int, int] | None = None
    ) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
        """Read as :meth:`read` does; what is damaged has no data, and is added to :attr:`unreadable`.

        What fails behind a network is no damage: the server may give it later.

        Args:
            window: whole pixels inside the raster.
            shape: rows and columns of the result, of which each is the mean of a whole number of pixels.

        Raises:
            InputError: as of :meth:`read`.
        """
        try:
            return self.read(window, shape)
        except UnreadableError as failure:
            if self.dataset.closed or remote_name(self.path) is not None:
                raise
            reading = PiecewiseReading(self.read, self.dtype, self.block_shape)
            pixels = reading.pixels(window, shape)
            self.unreadable.note(reading.unread, failure)
            return pixels

    def is_empty(self, window: Window) -> bool:
        """Return True if nothing was ever written into a window and that means no data: known without reading.

        A sparse GeoTIFF leaves blocks out. Read, they have the nodata value, or 0 in all bands where it has none.

        Args:
            window: whole pixels inside the raster.
        """
        if self.dataset.driver != "GTiff" or not self._missing_is_invalid:
            return False
        high, wide = self.block_shape
        top, left = int(window.row_off) // high, int(window.col_off) // wide
        bottom, right = -(-int(window.row_off + window.height) // high), -(-int(window.col_off + window.width) // wide)
        together = self.dataset.interleaving in (None, Interleaving.pixel)
        bands = self.bands[:1] if together else self.bands
        # cheap: one look at the directory of the file for each block, and none after the first that was written
        return not any(
            self.dataset.get_tag_item(f"BLOCK_OFFSET_{col}_{row}", "TIFF", bidx=band) is not None
            for band in bands
            for row in range(top, bottom)
            for col in range(left, right)
        )

    @cached_property
    def _missing_is_invalid(self) -> bool:
        """Whether pixels that were never written count as without data."""
        if self.alpha is not None or self.masked:
            return False  # their own band, or file, says which pixels have data
        if any(value is not None for value in self.dataset.nodatavals):
            return self.nodata is not None
        narrowest = min(self.block_shape)
        return any(fill.values == (0, 0, 0) and fill.least <= narrowest for fill in self.fill)

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
