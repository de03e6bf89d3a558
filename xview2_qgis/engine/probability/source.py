"""Where probabilities are read from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid
from .block import ProbabilityBlock


class ProbabilitySource(Protocol):
    """A filled :class:`.store.ProbabilityRaster`, or a :class:`.growing_raster.GrowingRaster` that is being filled."""

    @property
    def grid(self) -> Grid:
        """The working grid."""

    def ready(self, window: Window) -> bool:
        """Return whether a window can be read without waiting for it."""

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window of the grid."""

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 of a window alone, uint8 (H, W)."""
