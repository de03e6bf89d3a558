"""Validity: which pixels hold data, told by their values. Masks and alpha bands are told by GDAL."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

#: Values that stand for missing data in types with a sign, whether or not the file says so.
_MISSING = (-9999.0, -32768.0, -32767.0, -99999.0, float(np.finfo(np.float32).min))
_ABSURD = 1e15  # no sensor counts that far; programs fill with 1e20, 1e30 or the largest number there is


def mark_missing(
    valid: NDArray[np.bool_], values: NDArray[np.generic], nodata: tuple[float, float, float] | None
) -> None:
    """Clear ``valid`` (H, W) where the values (3, H, W) stand for missing data."""
    if nodata is not None:
        valid &= ~all_bands_are(values, nodata)
    if (
        not np.issubdtype(values.dtype, np.unsignedinteger)
        and values.size
        and np.fmin.reduce(values, axis=None) < -9998.0
    ):
        for missing in _MISSING:
            valid &= (values != missing).any(axis=0)
    if np.issubdtype(values.dtype, np.floating):
        valid &= (np.abs(values) < _ABSURD).all(axis=0)  # false for NaN, too


def all_bands_are(values: NDArray[np.generic], wanted: Sequence[float]) -> NDArray[np.bool_]:
    """Return where every band (bands, H, W) has its number. Mostly nowhere, which the first band tells."""
    found = values[0] == wanted[0]
    for band, value in zip(values[1:], wanted[1:], strict=True):
        if not found.any():
            break
        found &= band == value
    return np.asarray(found, bool)


def declared_nodata(dataset: DatasetReader, bands: tuple[int, int, int]) -> tuple[float, float, float] | None:
    """Return the nodata values of three bands, None where none declares one."""
    red, green, blue = (math.nan if v is None else v for v in (dataset.nodatavals[band - 1] for band in bands))
    declared = [v for v in (red, green, blue) if not math.isnan(v)]
    if not declared:
        return None
    # a band without a value means that of its neighbours: pixels of a mosaic are empty in all bands or in none
    red, green, blue = (declared[0] if math.isnan(v) else v for v in (red, green, blue))
    return red, green, blue
