"""Blocks of rasters: what GDAL must decode at once to give a single pixel.

A file of some kilobytes may consist of one tile that takes gigabytes of memory, in the image itself, in its overviews
or in its mask. Ordinary blocks take below ten megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import rasterio
from rasterio.enums import Interleaving
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ...protocol.public_name import public_name
from ..errors import InputError, brief
from .network_access import remote_name

#: Bytes of a decoded block.
LARGEST_BLOCK = 256 * 2**20
_WHOLE = ("WEBP", "GIF")  # formats that are decoded whole, whatever their drivers say
_DIRECTORIES = 32  # of a TIFF: images, overviews and masks


def check_all_blocks(dataset: DatasetReader) -> None:
    """Refuse a raster with a block beyond :data:`LARGEST_BLOCK` in its image, overviews or mask.

    Raises:
        InputError: there is one (``large-blocks``).
    """
    check_blocks(dataset)
    for further in _further(dataset):
        check_blocks(further)


def check_blocks(dataset: DatasetReader) -> None:
    """Refuse a raster with such a block in its image; errors as of :func:`check_all_blocks`."""
    size = block_bytes(dataset)
    if size > LARGEST_BLOCK:
        raise InputError(
            f"{brief(public_name(dataset.name))} has blocks that take {size / 2**20:.0f} MB of memory each",
            "write it anew in small tiles, for example with gdal_translate -co TILED=YES",
            "large-blocks",
        )


def block_bytes(dataset: DatasetReader) -> int:
    """Return at most how many bytes the largest block of a raster takes when it is decoded, exactly for large ones."""
    whole = dataset.driver in _WHOLE
    shapes = [dataset.shape] * dataset.count if whole else dataset.block_shapes
    sizes = [
        math.prod(shape) * np.dtype(kind.replace("complex_int16", "complex64")).itemsize
        for shape, kind in zip(shapes, dataset.dtypes, strict=True)
    ]
    # looking up the order of the bands takes a while, and rarely matters
    together = whole or sum(sizes) <= LARGEST_BLOCK or dataset.interleaving == Interleaving.pixel
    return sum(sizes) if together else max(sizes, default=0)


def _further(dataset: DatasetReader) -> Iterator[DatasetReader]:
    """Yield what else a file holds: overviews and masks. Of a remote one nothing: each would be a request."""
    if remote_name(dataset.name):
        return
    with suppress(RasterioError, OSError):
        if dataset.driver == "GTiff":
            # a name may lead to a directory already
            path = dataset.name.split(":", 2)[-1] if dataset.name.upper().startswith("GTIFF_DIR:") else dataset.name
            for number in range(2, _DIRECTORIES):  # the first is the image itself
                with rasterio.open(f"GTIFF_DIR:{number}:{path}") as directory:
                    yield directory
        elif dataset.driver != "VRT":
            for level, _ in enumerate(dataset.overviews(1) if dataset.count else ()):
                with rasterio.open(dataset.name, overview_level=level) as overview:
                    yield overview
