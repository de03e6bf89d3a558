"""The stretch: from any pixel type to the 8-bit colours the networks were trained on.

One stretch holds for a whole image. A stretch per tile would give the same roof another colour in every tile, and seams
with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contrast import has_low_contrast
from .ground_pixels import ground_pixels

_PERCENTILES = (1.0, 99.0)


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


def stretch_of(sample: NDArray[np.generic], details: NDArray[np.float32]) -> Stretch:
    """Return the stretch for the values of sampled pixels.

    8-bit values stay as they are, also in a wider type, unless they have hardly any contrast. Others are stretched from
    the 1st to the 99th percentile of what shows the ground, band by band: haze adds to blue more than to red, and the
    imagery behind xBD was adjusted band by band too.

    Args:
        sample: red, green and blue of valid pixels, (3, N).
        details: of the same pixels, see :func:`.ground_pixels.detail`, (N,).
    """
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
