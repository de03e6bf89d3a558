"""A sample of a raster: the pixels of one small window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sample:
    """The pixels of a small window of a raster.

    Attributes:
        values: red, green and blue, (3, H, W), in the raster's type.
        valid: where the file declares them as data, bool (H, W).
        edges: whether the top, left, bottom and right edge are those of the raster.
        scale: pixels of the raster along one of these.
    """

    values: NDArray[np.generic]
    valid: NDArray[np.bool_]
    edges: tuple[bool, bool, bool, bool]
    scale: int = 1
