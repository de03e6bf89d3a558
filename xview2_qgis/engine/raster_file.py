"""Raster files: opened by GDAL, and which files on disk they consist of."""

from __future__ import annotations

import os
from contextlib import suppress

import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from .errors import InputError, brief
from .public_name import public_name

#: GDAL settings under which rasters are opened and read. A truncated JPEG would otherwise read as grey.
GDAL_OPTIONS: dict[str, object] = {"GDAL_ERROR_ON_LIBJPEG_WARNING": True}


def open_dataset(path: str) -> DatasetReader:
    """Open a raster for reading.

    Raises:
        InputError: it is missing or no raster (``raster-open``).
    """
    try:
        return rasterio.open(path)
    except (RasterioError, OSError, TypeError, ValueError) as error:
        name = brief(public_name(path))
        looks_local = "://" not in path and not path.startswith("/vsi") and ":" not in path[2:]
        if looks_local and not os.path.exists(path):  # Path.exists() fails where a name is too long
            raise InputError(f"there is no file {brief(path, 300)}", "check the path", "raster-open") from error
        raise InputError(
            f"cannot open {name} as a raster", "give a raster that GDAL can open, and check that it is complete",
            "raster-open",
        ) from error  # fmt: skip


def files_of(dataset: DatasetReader) -> tuple[str, ...]:
    """Return the files of a raster. GDAL names those of a virtual raster itself, but not those of its sources."""
    found: dict[str, None] = {}
    waiting = list(dataset.files)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        if path.lower().endswith(".vrt") and path != dataset.name and not far_away(path):
            with suppress(RasterioError, OSError), rasterio.open(path) as source:
                waiting += source.files
    return tuple(found)


def far_away(path: str) -> bool:
    """Whether every look at the raster costs a request."""
    return "://" in path or path.lower().startswith(
        ("/vsicurl", "/vsis3", "/vsigs", "/vsiaz", "/vsiadls", "/vsioss", "<")
    )
