"""Windows of a raster: the values of its three bands, and where they hold data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ..radiometry.nodata_rule import mark_nodata
from ..radiometry.validity import mark_missing
from .failure import read_failure
from .source import RasterSource


def read_window(
    dataset: DatasetReader, source: RasterSource, window: Window, shape: tuple[int, int] | None = None
) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
    """Read the three bands of a window and where they hold data.

    A pixel is valid where the mask or alpha band says so and, with nodata values, where at least one of the three
    bands differs from its own (a dark roof may well be 0 in one band). NaN, infinite and absurdly large values and, in
    all three bands at once, the usual numbers for missing data such as -9999 are never valid.

    Args:
        dataset: the raster, opened.
        source: its description.
        window: whole pixels inside the raster.
        shape: rows and columns of the result; a smaller one averages, from overviews where there are.

    Returns:
        Values of shape (3, H, W) in the raster's type, and validity of shape (H, W).

    Raises:
        InputError: the file ends or is damaged here (``raster-read``).
    """
    height, width = shape or (int(window.height), int(window.width))
    resampling = Resampling.nearest if shape is None else Resampling.average
    try:
        values = dataset.read(
            source.bands, window=window, out_shape=(3, height, width), resampling=resampling, out_dtype=source.dtype
        )
        valid = np.ones((height, width), dtype=bool)
        if source.alpha is not None:
            valid = dataset.read(source.alpha, window=window, out_shape=(height, width)) > 0
        elif source.masked:
            valid = dataset.read_masks(source.bands[0], window=window, out_shape=(height, width)) > 0
    except (RasterioError, OSError) as error:
        raise read_failure(source.path, int(window.col_off), int(window.row_off), error) from error
    mark_missing(valid, values, source.nodata)
    mark_nodata(valid, values, source.nodata_rule)
    return values, valid
