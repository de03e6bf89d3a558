"""A probability raster that is read while it is being filled.

Tiles are finished row by row, and with each row of tiles a band of the raster. So at any time the finished pixels form
a staircase: all bands above some band, and of that one all columns up to some column. Reading a window waits until it
lies within. What is read is then what a filled raster would give, so nothing that is computed from it depends on how
fast the tiles came.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid
from ..stages.group import StageGroup
from .block import ProbabilityBlock
from .source import BuildingFeatures
from .store import ProbabilityRaster


class GrowingRaster:
    """Lets one stage read what another one writes.

    Args:
        raster: what is filled.
        stages: the group of both stages.
    """

    def __init__(self, raster: ProbabilityRaster, stages: StageGroup) -> None:
        self._raster, self._stages = raster, stages

    @property
    def grid(self) -> Grid:
        """The working grid."""
        return self._raster.grid

    @property
    def features(self) -> BuildingFeatures:
        """Those of tiles whose blocks are finished."""
        return self._raster.features

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block of the first band that is not finished.

        Raises:
            Stopped: another stage has failed.
            ValueError: the block lies in another band.
            RuntimeFailure: the disk is full.
        """
        self._stages.check()
        self._raster.write(block)
        with self._stages.changing():
            pass  # what waits for these pixels looks again

    def finish(self) -> bool:
        """Finish the first band that is not; return whether it has a file, which is on the disk then.

        Raises:
            RuntimeFailure: the disk is full.
        """
        pixels = self._raster.finish()
        with self._stages.changing():
            return pixels

    def ready(self, window: Window) -> bool:
        """Return whether a window is finished."""
        return self._raster.ready(window)

    def holds(self, window: Window) -> bool:
        """Return whether anything was stored near a window, as soon as it is finished."""
        self._stages.wait_until(lambda: self.ready(window))
        return self._raster.holds(window)

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window as soon as it is finished.

        Raises:
            Stopped: another stage has failed.
            RuntimeFailure: the raster cannot be read.
        """
        self._stages.wait_until(lambda: self.ready(window))
        return self._raster.read(window)

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 of a window, uint8 (H, W), as :meth:`read` does."""
        self._stages.wait_until(lambda: self.ready(window))
        return self._raster.read_building(window)

    def filled(self) -> ProbabilityRaster:
        """Return the raster as soon as it is complete.

        Raises:
            Stopped: another stage has failed.
        """
        self._stages.wait_until(lambda: self._raster.complete)
        return self._raster
