"""The probability raster: outputs of the networks on disk, band by band.

Inference writes the blocks of one band after the other; the building stage reads windows of any size of those that are
finished. Blocks that were never written take no space on disk and read as "not assessed". Probabilities are stored as
8-bit numbers, which is finer than any network is calibrated.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ..geo.grid import Grid
from .band import BandWriter, disk_failure
from .block import BANDS, ProbabilityBlock, both_valid
from .held_cells import HeldCells
from .source import BuildingFeatures, NoFeatures

_OPEN = 4  # bands whose files are open for reading; a window seldom reaches over more than two


class ProbabilityRaster:
    """Sparse rasters on disk with the probabilities of a whole scene. One thread may write while others read.

    Args:
        folder: where the files of the bands lie; made where it is missing.
        grid: the working grid.
        features: what the networks see there, for those that tell it.
        ends: row after the last one of each band, the last of them that of the grid; one band by default.

    Raises:
        RuntimeFailure: a file cannot be created, written or read (disk full).
    """

    def __init__(
        self, folder: Path, grid: Grid, features: BuildingFeatures | None = None, *, ends: Sequence[int] | None = None
    ) -> None:
        self.folder = folder
        self.features = features or NoFeatures()
        self._grid = grid
        self._ends = [grid.height] if ends is None else list(ends)
        self._held: list[HeldCells | None] = []  # what each finished band holds, None where it has no file
        self._open: OrderedDict[int, DatasetReader] = OrderedDict()
        self._reading = threading.Lock()  # GDAL wants one thread at a time in a dataset
        self._filling = threading.Lock()  # the same for that of the band that is not finished
        self._reach = 0  # so many columns of that band are finished
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise disk_failure(folder, error) from error
        self._writer = self._begin(0)

    @property
    def grid(self) -> Grid:
        """The working grid."""
        return self._grid

    @property
    def finished(self) -> int:
        """Number of finished bands."""
        return len(self._held)

    @property
    def complete(self) -> bool:
        """Whether all bands are finished."""
        return self.finished == len(self._ends)

    def band_path(self, band: int) -> Path:
        """Return the file of a band; there is none where nothing is assessed."""
        return self.folder / f"row-{band:06d}.tif"

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block of the first band that is not finished. Blocks may come in any order and must not overlap.

        Raises:
            ValueError: the block lies in another band.
            RuntimeFailure: the disk is full (``working-file``).
        """
        top, bottom = int(block.window.row_off), int(block.window.row_off + block.window.height)
        if self.complete or not self._top(self.finished) <= top < bottom <= self._ends[self.finished]:
            raise ValueError(f"rows {top} to {bottom} are not those of band {self.finished}")
        with self._filling:
            self._writer.write(block)
            if top == self._top(self.finished) and bottom == self._ends[self.finished]:
                self._reach = max(self._reach, int(block.window.col_off + block.window.width))

    def finish(self) -> bool:
        """Finish the first band that is not; return whether it has a file, which is on the disk then.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        with self._filling:
            held = self._writer.close()
            self._advance(held)
        return held is not None

    def adopt(self, pixels: bool) -> None:
        """Take the first band that is not finished for finished: another run has done it.

        Args:
            pixels: whether it has a file.

        Raises:
            RuntimeFailure: the file cannot be read (``working-file``).
        """
        path = self.band_path(self.finished)
        try:
            if not pixels:
                self._advance(None)
                return
            with rasterio.open(path) as dataset:
                self._advance(HeldCells.of(dataset))
        except (RasterioError, OSError) as error:
            raise disk_failure(path, error) from error

    def ready(self, window: Window) -> bool:
        """Return whether a window, inside the grid, is finished.

        It is if its bands are. Of the first band that is not, all columns up to the last one of the last block are, if
        blocks are as high as the band.
        """
        bottom, right, finished = int(window.row_off + window.height), int(window.col_off + window.width), self.finished
        if bottom <= self._top(finished):
            return True
        return finished < len(self._ends) and bottom <= self._ends[finished] and right <= self._reach

    def holds(self, window: Window) -> bool:
        """Return whether anything was stored near a window; costs next to nothing."""
        top, bottom = int(window.row_off), int(window.row_off + window.height)
        for band in self._bands(top):
            first = self._top(band)
            if first >= bottom:
                break
            if band >= self.finished:
                with self._filling:
                    if band == self.finished:
                        return self._writer.holds(window)
            held = self._held[band]
            rows = max(first, top), min(self._ends[band], bottom)
            if held is not None and held.any_in(
                Window(window.col_off, rows[0] - first, window.width, rows[1] - rows[0])
            ):
                return True
        return False

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window, clipped to the grid by the caller; what was not written reads as not assessed.

        Raises:
            RuntimeFailure: a file cannot be read (``working-file``).
        """
        return ProbabilityBlock.from_bands(window, self._read(list(range(1, BANDS + 1)), window))

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 alone, uint8 (H, W): one band of six."""
        return np.asarray(self._read([1], window)[0])

    def read_validity(self, window: Window) -> NDArray[np.bool_]:
        """Return where both images have data, bool (H, W), without reading probabilities."""
        return both_valid(self._read([BANDS], window)[0])

    def close(self) -> None:
        """Close all files."""
        self._writer.abandon()
        with self._reading:
            while self._open:
                self._open.popitem()[1].close()

    def __enter__(self) -> ProbabilityRaster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bands(self, top: int) -> range:
        """Return the bands from that of a row on which there may be anything to read."""
        return range(bisect_right(self._ends, top), min(self.finished + 1, len(self._ends)))

    def _advance(self, held: HeldCells | None) -> None:
        self._reach = 0
        if self.finished + 1 < len(self._ends):
            self._writer = self._begin(self.finished + 1)
        self._held.append(held)

    def _top(self, band: int) -> int:
        return self._ends[band - 1] if band else 0

    def _begin(self, band: int) -> BandWriter:
        return BandWriter(self.band_path(band), self._grid, self._top(band), self._ends[band])

    def _read(self, numbers: list[int], window: Window) -> NDArray[np.uint8]:
        """Return layers of a window, uint8 (N, H, W)."""
        top, bottom, left = int(window.row_off), int(window.row_off + window.height), int(window.col_off)
        found: NDArray[np.uint8] | None = None
        for band in self._bands(top):
            first, last = max(self._top(band), top), min(self._ends[band], bottom)
            if first >= last:
                break
            part = self._read_part(band, numbers, Window(left, first - self._top(band), window.width, last - first))
            if part is not None:
                if last - first == bottom - top:
                    return part
                found = self._empty(numbers, window) if found is None else found
                found[:, first - top : last - top] = part
        return self._empty(numbers, window) if found is None else found

    def _read_part(self, band: int, numbers: list[int], place: Window) -> NDArray[np.uint8] | None:
        """Return layers of a window of a band, None where it has no file."""
        if band >= self.finished:
            with self._filling:
                if band == self.finished:  # it still is
                    return self._writer.read(numbers, place)
        return None if self._held[band] is None else self._read_band(band, numbers, place)

    def _read_band(self, band: int, numbers: list[int], window: Window) -> NDArray[np.uint8]:
        try:
            with self._reading:
                if band not in self._open:
                    if len(self._open) == _OPEN:
                        self._open.popitem(last=False)[1].close()
                    self._open[band] = rasterio.open(self.band_path(band))
                self._open.move_to_end(band)
                return np.asarray(self._open[band].read(numbers, window=window), np.uint8)
        except (RasterioError, OSError) as error:
            raise disk_failure(self.band_path(band), error) from error

    @staticmethod
    def _empty(numbers: list[int], window: Window) -> NDArray[np.uint8]:
        return np.zeros((len(numbers), int(window.height), int(window.width)), np.uint8)
