"""A probability raster that is read while it is being filled.

Tiles are finished row by row, so at any time the finished pixels form a staircase: all rows above some row, and in the
band of tiles below it all columns up to some column. Reading a window waits until it lies within. What is read is then
what a filled raster would give, so nothing that is computed from it depends on how fast the tiles came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid
from ..stages.group import StageGroup
from .block import ProbabilityBlock
from .source import BuildingFeatures
from .store import ProbabilityRaster


@dataclass(frozen=True)
class Frontier:
    """How far a raster is finished.

    Attributes:
        rows: so many rows are finished from left to right.
        band_end: row after the last of the tiles that are being finished now.
        columns: so many columns of the rows before ``band_end`` are finished.
    """

    rows: int = 0
    band_end: int = 0
    columns: int = 0

    def holds(self, window: Window) -> bool:
        """Return whether all pixels of a window are finished."""
        bottom = window.row_off + window.height
        return bool(bottom <= self.rows or (bottom <= self.band_end and window.col_off + window.width <= self.columns))

    def after(self, block: Window) -> Frontier:
        """Return the frontier once a block is finished, and with it all blocks before it in row-major order.

        Raises:
            ValueError: the block comes before one that is finished.
        """
        follows = Frontier(block.row_off, block.row_off + block.height, block.col_off + block.width)
        if (follows.rows, follows.columns) <= (self.rows, self.columns):
            raise ValueError(f"the block at row {block.row_off}, column {block.col_off} came too late")
        return follows


class GrowingRaster:
    """Lets one stage read what another one writes. Blocks must come in row-major order; some may be left out.

    Args:
        raster: what is filled.
        stages: the group of both stages.
    """

    def __init__(self, raster: ProbabilityRaster, stages: StageGroup) -> None:
        self._raster, self._stages = raster, stages
        self._frontier = Frontier()
        self._complete = False

    @property
    def grid(self) -> Grid:
        """The working grid."""
        return self._raster.grid

    @property
    def features(self) -> BuildingFeatures:
        """Those of tiles whose blocks are finished."""
        return self._raster.features

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block.

        Raises:
            Stopped: another stage has failed.
            ValueError: the block comes before one that was stored.
            RuntimeFailure: the disk is full.
        """
        self._stages.check()
        follows = self._frontier.after(block.window)
        self._raster.write(block)
        with self._stages.changing():
            self._frontier = follows

    def complete(self) -> None:
        """End the filling: what was not written stays empty."""
        with self._stages.changing():
            self._complete = True

    def ready(self, window: Window) -> bool:
        """Return whether a window is finished."""
        return self._complete or self._frontier.holds(window)

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
        self._stages.wait_until(lambda: self._complete)
        return self._raster
