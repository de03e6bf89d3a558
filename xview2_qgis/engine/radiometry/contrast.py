"""Contrast: whether bytes use enough of their 256 levels to see anything.

Values of 16 bits scaled from 0–65535 end at 8 of 255 where the sensor counts to 2047. The networks then see a black
image, and find nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEVELS = 64.0  # between the darkest and the brightest of all three bands, but for some pixels; xBD has 117 and more
_OUTLIERS = 0.1  # per cent
_PIXELS = 256  # fewer prove nothing


def has_low_contrast(pixels: NDArray[np.generic]) -> bool:
    """Return whether pixels (3, N) of a picture, as bytes, use hardly any levels; not where all are the same."""
    if pixels.shape[1] < _PIXELS:
        return False
    low, high = np.percentile(pixels.astype(np.float64), (_OUTLIERS, 100.0 - _OUTLIERS))
    return bool(0.0 < high - low <= _LEVELS and (pixels.max(axis=1) > pixels.min(axis=1)).any())
