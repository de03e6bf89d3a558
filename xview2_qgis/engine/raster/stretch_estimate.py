"""The stretch of an image, estimated from a bounded sample of its pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from ..errors import InputError
from ..radiometry.ground_pixels import detail
from ..radiometry.stretch import Stretch, stretch_of
from ..radiometry.validity import all_bands_are
from .file import GDAL_OPTIONS
from .source import RasterSource

_WINDOW_PIXELS = 256 * 256
_KEPT_PER_WINDOW = 16_384
_FULL_WINDOWS = 128  # windows worth of valid pixels that are enough for a percentile
_SOME_WINDOWS, _ALL_WINDOWS = 600, 6_000  # give up: with some valid pixels, with none


def estimate_stretch(source: RasterSource) -> Stretch:
    """Return the stretch of an image from a bounded sample of its valid pixels.

    8-bit images stay as they are unless they have hardly any contrast, see :func:`.stretch.stretch_of`. The sample is
    spread over the whole image by a fixed sequence, so the same file gives the same stretch. What is damaged is
    left out.

    Raises:
        InputError: the image cannot be read (``raster-read``) or no valid pixel was found (``no-valid-pixels``).
    """
    if source.dtype == "uint8" and not source.low_contrast:
        return Stretch()
    kept: list[NDArray[np.generic]] = []
    details: list[NDArray[np.float32]] = []
    total = 0
    with rasterio.Env(**GDAL_OPTIONS):
        for count, window in enumerate(_windows(source)):
            values, valid = source.read_around_damage(window)
            for fill in source.fill:  # black and white themselves say nothing about contrast
                valid &= ~all_bands_are(values, fill.values)
            pixels = values[:, valid]
            step = max(1, pixels.shape[1] // _KEPT_PER_WINDOW)
            pixels = pixels[:, ::step]
            if pixels.size:
                kept.append(pixels)
                details.append(detail(values)[valid][::step])
                total += pixels.shape[1]
            if total >= _FULL_WINDOWS * _KEPT_PER_WINDOW or (kept and count >= _SOME_WINDOWS):
                break
    if not kept:
        raise InputError(
            f"{source.name} holds no valid pixels", "check its nodata value and its mask", "no-valid-pixels"
        )
    return stretch_of(np.concatenate(kept, axis=1), np.concatenate(details))


def _windows(source: RasterSource) -> Iterator[Window]:
    """Yield windows of about the same number of pixels, spread evenly over the raster."""
    block_columns = source.block_shape[1]
    if block_columns >= source.width > 256:
        # rows on disk run through: narrow windows would decode whole rows to use a part of them
        width = source.width
        height = min(source.height, max(1, _WINDOW_PIXELS // width))
    else:
        width, height = min(256, source.width), min(256, source.height)
    across, down = -(-source.width // width), -(-source.height // height)
    if across * down <= _FULL_WINDOWS:
        cells = ((i % across, i // across) for i in range(across * down))
    else:
        # the additive recurrence with the plastic number fills the unit square evenly at every length
        # (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018)
        cells = (
            (int((0.5 + i * 0.7548776662466927) % 1 * across), int((0.5 + i * 0.5698402909980532) % 1 * down))
            for i in range(_ALL_WINDOWS)
        )
    for column, row in cells:
        left, top = column * width, row * height
        yield Window(left, top, min(width, source.width - left), min(height, source.height - top))
