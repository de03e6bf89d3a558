"""The stretch: from any pixel type to the 8-bit colours the networks were trained on.

One stretch holds for a whole image. A stretch per tile would give the same roof another colour in every tile, and seams
with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from ..errors import InputError
from ..raster.file import GDAL_OPTIONS, open_dataset
from ..raster.source import RasterSource
from ..raster.window import read_window
from .contrast import has_low_contrast
from .ground_pixels import detail, ground_pixels
from .validity import all_bands_are

_PERCENTILES = (1.0, 99.0)
_WINDOW_PIXELS = 256 * 256
_KEPT_PER_WINDOW = 16_384
_FULL_WINDOWS = 128  # windows worth of valid pixels that are enough for a percentile
_SOME_WINDOWS, _ALL_WINDOWS = 600, 6_000  # give up: with some valid pixels, with none


@dataclass(frozen=True)
class Stretch:
    """A linear stretch to 8 bits for each band.

    Attributes:
        low: values that become 0, for red, green and blue.
        high: values that become 255.
        identity: whether the values are 8-bit already and stay as they are.
    """

    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (255.0, 255.0, 255.0)
    identity: bool = True

    def apply(self, values: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Return values of shape (3, H, W) as uint8. NaN becomes 0, infinities the ends."""
        if values.dtype == np.uint8 and self.identity:
            return np.asarray(values, dtype=np.uint8)
        if self.identity:
            return np.asarray(np.clip(np.nan_to_num(values), 0, 255), dtype=np.uint8)
        low = np.asarray(self.low, np.float32).reshape(3, 1, 1)
        gain = 255.0 / (np.asarray(self.high, np.float32).reshape(3, 1, 1) - low)
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = (values.astype(np.float32) - low) * gain + 0.5
        return np.asarray(np.clip(np.nan_to_num(scaled, nan=0.0), 0.0, 255.0), dtype=np.uint8)


def estimate_stretch(source: RasterSource) -> Stretch:
    """Return the stretch of an image from a bounded sample of its valid pixels.

    8-bit images stay as they are, also when they are stored in a wider type, unless they have hardly any contrast.
    Others are stretched from the 1st to the 99th percentile of what shows the ground, band by band: haze adds to blue
    more than to red, and the imagery behind xBD was adjusted band by band too. The sample is spread over the whole
    image by a fixed sequence, so the same file gives the same stretch.

    Raises:
        InputError: the image cannot be read (``raster-read``) or no valid pixel was found (``no-valid-pixels``).
    """
    if source.dtype == "uint8" and not source.low_contrast:
        return Stretch()
    with rasterio.Env(**GDAL_OPTIONS), open_dataset(source.path) as dataset:
        kept: list[NDArray[np.generic]] = []
        details: list[NDArray[np.float32]] = []
        total = 0
        for count, window in enumerate(_windows(source)):
            values, valid = read_window(dataset, source, window)
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
    return _from_sample(np.concatenate(kept, axis=1), np.concatenate(details))


def _from_sample(sample: NDArray[np.generic], details: NDArray[np.float32]) -> Stretch:
    """Return the stretch for sampled values of shape (3, N) and the detail (N) around them."""
    low, high = sample.min(), sample.max()
    if low >= 0 and 1 < high <= 255 and bool((sample == np.floor(sample)).all()) and not has_low_contrast(sample):
        return Stretch()  # 8-bit values, maybe in a wider type
    ground = sample[:, ground_pixels(sample, details)].astype(np.float64)
    lows, highs = np.percentile(ground, _PERCENTILES, axis=1)
    # a band without contrast becomes mid-grey instead of noise blown up
    flat = highs - lows <= 1e-6 * np.maximum(np.abs(lows), np.abs(highs))
    half = np.where(flat, np.maximum(np.abs(lows), 1.0) * 0.5, 0.0)
    lows, highs = lows - half, highs + half
    return Stretch(tuple(map(float, lows)), tuple(map(float, highs)), identity=False)  # type: ignore[arg-type] # three


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
