"""A band of the probability raster: all columns and some rows of it, a sparse GeoTIFF of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetWriter
from rasterio.windows import Window

from ..errors import RuntimeFailure
from ..geo.grid import Grid
from ..staging.durable_file import sync_file
from .block import BANDS, ProbabilityBlock
from .held_cells import HeldCells, block_place

#: Grids from this size on are packed: below, at most 400 MB lie on the disk for a while, and packing them would only
#: make the run longer.
PACKED_FROM_PIXELS = 2**26
_BLOCK = 256  # columns, and at most so many rows, of a block of the file


class BandWriter:
    """Writes one band. Its file comes into being with the first block, and is whole when it is closed.

    Args:
        path: file to create (GeoTIFF, BigTIFF where needed).
        grid: the working grid, all of it.
        top: first row of the band.
        bottom: row after its last one.
    """

    def __init__(self, path: Path, grid: Grid, top: int, bottom: int) -> None:
        self.path, self._grid, self._top, self._height = path, grid, top, bottom - top
        self._dataset: DatasetWriter | None = None
        # as few rows beyond the band as a TIFF allows, whose blocks are as high as a multiple of 16
        count = -(-self._height // _BLOCK)
        self._block_rows = -(-self._height // (count * 16)) * 16
        self._filled: set[tuple[int, int, int]] = (
            set()
        )  # band, row and column of blocks of the file that hold something

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block, which lies inside the band. Blocks may come in any order and must not overlap.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        bands, window = block.bands(), block.window
        place = Window(window.col_off, window.row_off - self._top, window.width, window.height)
        try:
            if self._dataset is None:
                self._dataset = self._create()
            self._dataset.write(bands, window=place)
        except (RasterioError, OSError) as error:
            raise disk_failure(self.path, error) from error
        self._filled |= set(self._holding(bands, place))

    def holds(self, window: Window) -> bool:
        """Return whether anything was stored so far near a window of the grid that meets the band."""
        rows, columns = window.toslices()
        down = range(
            max(rows.start - self._top, 0) // self._block_rows, -(-(rows.stop - self._top) // self._block_rows)
        )
        across = range(columns.start // _BLOCK, -(-columns.stop // _BLOCK))
        return any((BANDS - 1, row, column) in self._filled for row in down for column in across)

    def read(self, numbers: list[int], place: Window) -> NDArray[np.uint8] | None:
        """Return layers of a window of the band as they are so far, uint8 (N, H, W); None where there is no file.

        Raises:
            RuntimeFailure: the file cannot be read (``working-file``).
        """
        if self._dataset is None:
            return None
        try:
            return np.asarray(self._dataset.read(numbers, window=place), np.uint8)
        except (RasterioError, OSError) as error:
            raise disk_failure(self.path, error) from error

    def close(self) -> HeldCells | None:
        """Complete the file and wait until it is on the disk; return what it holds, None where there is none.

        Raises:
            RuntimeFailure: the disk is full (``working-file``).
        """
        if self._dataset is None:
            return None
        try:
            self._dataset.close()
            held = self._check()
            sync_file(self.path)
        except (RasterioError, OSError) as error:
            raise disk_failure(self.path, error) from error
        return held

    def abandon(self) -> None:
        """Close what will not be completed."""
        if self._dataset is not None and not self._dataset.closed:
            self._dataset.close()

    def _create(self) -> DatasetWriter:
        # a third of the time of LZW for the same size
        packed = self._grid.width * self._grid.height >= PACKED_FROM_PIXELS
        packing = {"compress": "zstd", "zstd_level": 1} if packed else {}
        return rasterio.open(
            self.path, "w+", driver="GTiff", width=self._grid.width, height=self._height, count=BANDS, dtype="uint8",
            crs=self._grid.crs, transform=self._grid.window_transform(Window(0, self._top, 1, 1)), tiled=True,
            blockxsize=_BLOCK, blockysize=self._block_rows, sparse_ok=True, bigtiff="if_safer", interleave="band",
            **packing,
        )  # fmt: skip

    def _holding(self, bands: NDArray[np.uint8], place: Window) -> Iterator[tuple[int, int, int]]:
        """Yield the blocks of the file into which something else than zeros was written."""
        top, left = int(place.row_off), int(place.col_off)
        bottom, right = top + int(place.height), left + int(place.width)
        for row in range(top // self._block_rows, -(-bottom // self._block_rows)):
            rows = slice(max(row * self._block_rows - top, 0), (row + 1) * self._block_rows - top)
            for column in range(left // _BLOCK, -(-right // _BLOCK)):
                columns = slice(max(column * _BLOCK - left, 0), (column + 1) * _BLOCK - left)
                held = bands[:, rows, columns].max(axis=(1, 2))
                yield from ((band, row, column) for band in np.flatnonzero(held).tolist())

    def _check(self) -> HeldCells:
        """Look for all that was written: GDAL says nothing when the disk is full while a file is closed."""
        with rasterio.open(self.path) as dataset:
            size = self.path.stat().st_size
            for band, row, column in self._filled:
                place = block_place(dataset, band + 1, row, column)
                if place is None or sum(place) > size:
                    raise OSError("the disk is full")
            return HeldCells.of(dataset)


def disk_failure(path: Path, error: Exception) -> RuntimeFailure:
    """Return the error for a working file that cannot be written or read (``working-file``)."""
    return RuntimeFailure(
        f"cannot use the working file {path.name} ({error})", "free space on the disk of the output", "working-file"
    )
