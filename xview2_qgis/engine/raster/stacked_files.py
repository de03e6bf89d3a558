"""Stacked files: virtual rasters of which each band comes from a file of its own, as QGIS builds them by default."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from rasterio.io import DatasetReader

_BAND = re.compile(r"<VRTRasterBand\b.*?</VRTRasterBand>", re.DOTALL)
_SOURCE = re.compile(r"<SourceFilename\b[^>]*>([^<]*)<")


def stacked_files(dataset: DatasetReader) -> list[str]:
    """Return the name, without folders and ending, of the file that each band comes from.

    Empty where the raster is no such stack: a band has several files, or two have the same.

    Args:
        dataset: the raster, opened.
    """
    if dataset.driver != "VRT":
        return []
    text = dataset.tags(ns="xml:VRT").get("xml:VRT", "")
    sources = [dict.fromkeys(_SOURCE.findall(band)) for band in _BAND.findall(text)]
    if len(sources) != dataset.count or any(len(names) != 1 for names in sources):
        return []
    names = [name for band in sources for name in band]
    if len(set(names)) != len(names):
        return []
    return [PurePosixPath(name.replace("\\", "/")).stem for name in names]
