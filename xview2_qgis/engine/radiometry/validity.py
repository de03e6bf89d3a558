"""Validity: which pixels hold data, by their values. Masks and alpha bands come from GDAL."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

#: Values that stand for missing data in types with a sign, whether or not the file declares them.
_MISSING = (-9999.0, -32768.0, -32767.0, -99999.0, float(np.finfo(np.float32).min))
_ABSURD = 1e15  # no sensor counts that far; programs fill with 1e20, 1e30 or the largest number there is

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class DeclaredNodata:
    """What a file declares about pixels without data.

    Attributes:
        values: those of red, green and blue, NaN for none; None where no band declares one.
        impossible: declared values that the type of the raster cannot hold.
    """

    values: Triple | None
    impossible: tuple[float, ...] = ()


def declared_nodata(dataset: DatasetReader, bands: tuple[int, int, int], dtype: str) -> DeclaredNodata:
    """Return the nodata values of three bands.

    GDAL would cast a value that the type cannot hold (-9999 or 0.5 in bytes) to one that it can: 0 is data then.

    Args:
        dataset: the raster, opened.
        bands: numbers of the red, green and blue band.
        dtype: numpy name of their common type.
    """
    declared = [dataset.nodatavals[band - 1] for band in bands]
    held = [None if value is None else _held(float(value), dtype) for value in declared]
    impossible = dict.fromkeys(
        value for value, kept in zip(declared, held, strict=True) if value is not None and kept is None
    )
    if None in declared:
        impossible |= dict.fromkeys(_hidden(dataset, bands))
    values = [math.nan if value is None else value for value in held]
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return DeclaredNodata(None, _once(impossible))
    # a band without a value means that of its neighbours: pixels of a mosaic are empty in all bands or in none
    red, green, blue = (known[0] if math.isnan(value) else value for value in values)
    return DeclaredNodata((red, green, blue), _once(impossible))


def mark_missing(valid: NDArray[np.bool_], values: NDArray[np.generic], nodata: Triple | None) -> None:
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
    """Return where every band (bands, H, W) has its number. Mostly nowhere, which the first band shows."""
    found = values[0] == wanted[0]
    for band, value in zip(values[1:], wanted[1:], strict=True):
        if not found.any():
            break
        found &= band == value
    return np.asarray(found, bool)


def _held(value: float, dtype: str) -> float | None:
    """Return a nodata value as pixels of that type have it; None where they cannot, NaN where nothing is to compare."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        with np.errstate(over="ignore"):
            held = float(kind.type(value))
        # what is too large for the type is no data whatever is declared
        return held if math.isfinite(held) or not math.isfinite(value) else math.nan
    limits = np.iinfo(kind)
    if not math.isfinite(value) or not value.is_integer() or not limits.min <= value <= limits.max:
        return None
    return int(value)  # numpy compares integers with integers as they are


def _hidden(dataset: DatasetReader, bands: tuple[int, int, int]) -> list[float]:
    """Return declared values that rasterio keeps to itself because the type cannot hold them."""
    name = f"/vsimem/{uuid4().hex}.vrt"
    try:
        rasterio.shutil.copy(dataset, name, driver="VRT")
        with rasterio.open(name) as copy:
            text = copy.tags(ns="xml:VRT").get("xml:VRT", "")
        rasterio.shutil.delete(name, driver="VRT")
    except (RasterioError, ValueError):
        return []
    parts = re.findall(r'<VRTRasterBand[^>]* band="(\d+)"(.*?)</VRTRasterBand>', text, re.DOTALL)
    found = {int(band): re.search(r"<NoDataValue>([^<]+)<", part) for band, part in parts}
    values = [found.get(band) for band in bands]
    return [float(match.group(1)) for match in values if match is not None]


def _once(values: dict[float, None]) -> tuple[float, ...]:
    """Return the values; NaN differs from itself, and one is enough."""
    numbers = tuple(value for value in values if not math.isnan(value))
    return numbers if len(numbers) == len(values) else (*numbers, math.nan)
