"""Where probabilities are read from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid
from .block import ProbabilityBlock


class BuildingFeatures(Protocol):
    """What the networks saw of buildings; :class:`.feature_store.FeatureStore` is one."""

    def pooled(self, window: Window, labels: NDArray[np.int32], count: int) -> list[NDArray[np.float16] | None]:
        """Return the mean features of buildings by the numbers of their pixels in a window of the grid.

        Args:
            window: where the labels lie.
            labels: number of the building of each pixel, 0 for none, int32 (H, W).
            count: how many buildings there are, numbered 1 … ``count``.

        Returns:
            float16 (C,) for each building; None for one of which no network told any.
        """


class NoFeatures:
    """The features of networks that tell of none."""

    def pooled(self, window: Window, labels: NDArray[np.int32], count: int) -> list[NDArray[np.float16] | None]:
        """Return None for each building."""
        del window, labels
        return [None] * count


class ProbabilitySource(Protocol):
    """A filled :class:`.store.ProbabilityRaster`, or a :class:`.growing_raster.GrowingRaster` that is being filled."""

    @property
    def grid(self) -> Grid:
        """The working grid."""

    @property
    def features(self) -> BuildingFeatures:
        """What the networks saw where they gave these probabilities."""

    def ready(self, window: Window) -> bool:
        """Return whether a window can be read without waiting for it."""

    def holds(self, window: Window) -> bool:
        """Return whether anything was stored near a window, which costs next to nothing."""

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window of the grid."""

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 of a window alone, uint8 (H, W)."""
