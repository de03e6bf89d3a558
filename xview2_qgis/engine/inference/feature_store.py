"""What the networks saw of a scene, on disk beside its probabilities: features of the tiles, pooled for buildings.

There is a file for each row of tiles, as there is one for its probabilities.

Some networks give features of a tile on a grid of their own, coarser than its pixels. They are not blended: where tiles
overlap, a pixel belongs to the tile whose block it lies in, and only the features there are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.pixel_box import PixelBox
from ..probability.band import disk_failure
from ..scene.tiling import Tile, Tiling
from ..staging.durable_file import sync_file

_KEPT = 8  # tiles in memory, a megabyte or two each
_LARGEST = float(np.finfo(np.float16).max)

Features = NDArray[np.float16]


@dataclass(frozen=True)
class FeaturePart:
    """The cells of a tile that are kept.

    Attributes:
        tile: position of the tile in row-major order.
        place: of their first byte in the file.
        shape: their rows, columns and channels.
        corner: row and column of the first one among all cells of the tile.
        scale: cells a pixel, down and to the right.
    """

    tile: int
    place: int
    shape: tuple[int, int, int]
    corner: tuple[int, int]
    scale: tuple[float, float]


class FeatureStore:
    """Features of all tiles of a scene. Threads may share it; it creates a file with the first features of a row.

    Args:
        folder: where the files lie.
        tiling: the tiles.

    Raises:
        RuntimeFailure: a file cannot be written or read (``working-file``).
    """

    def __init__(self, folder: Path, tiling: Tiling) -> None:
        self._folder, self._tiling = folder, tiling
        self._lock = threading.Lock()
        self._parts: dict[int, FeaturePart] = {}
        self._recent: OrderedDict[int, Features] = OrderedDict()
        self._tile = lru_cache(_KEPT)(tiling.tile)  # buildings of a tile come one after the other

    def path(self, row: int) -> Path:
        """Return the file of a row of tiles; there is none where the networks gave no features."""
        return self._folder / f"row-{row:06d}.features"

    def write(self, tile: Tile, features: NDArray[np.floating]) -> None:
        """Keep the features of a tile, (C, h, w), for its block."""
        scale = features.shape[1] / tile.window.height, features.shape[2] / tile.window.width
        top, left = tile.block.row_off - tile.window.row_off, tile.block.col_off - tile.window.col_off
        first = int(top * scale[0]), int(left * scale[1])
        end = np.ceil((top + tile.block.height) * scale[0]), np.ceil((left + tile.block.width) * scale[1])
        part = features[:, first[0] : int(end[0]), first[1] : int(end[1])].transpose(1, 2, 0)
        cells = np.clip(part, -_LARGEST, _LARGEST).astype(np.float16)
        path = self.path(tile.row)
        with self._lock:
            try:
                with path.open("ab") as file:
                    self._parts[tile.index] = FeaturePart(tile.index, file.tell(), cells.shape, first, scale)
                    file.write(cells.tobytes())
            except OSError as error:
                raise disk_failure(path, error) from error

    def finish(self, row: int) -> tuple[FeaturePart, ...]:
        """Return what is kept of a row of tiles, which is on the disk then."""
        columns = self._tiling.columns
        with self._lock:
            found = (self._parts.get(index) for index in range(row * columns, (row + 1) * columns))
            parts = tuple(part for part in found if part is not None)
        if parts:
            try:
                sync_file(self.path(row))
            except OSError as error:
                raise disk_failure(self.path(row), error) from error
        return parts

    def adopt(self, parts: Iterable[FeaturePart]) -> None:
        """Take what another run has kept of a row of tiles."""
        with self._lock:
            self._parts |= {part.tile: part for part in parts}

    def pooled(self, window: Window, labels: NDArray[np.int32], count: int) -> list[Features | None]:
        """Return the mean features of buildings, float16 (C,) each; None where no tile has any.

        Args:
            window: where the labels lie on the grid.
            labels: number of the building of each pixel, 0 for none, int32 (H, W).
            count: how many buildings there are, numbered 1 … ``count``.
        """
        if not self._parts:
            return [None] * count
        top, left = int(window.row_off), int(window.col_off)
        sums: NDArray[np.float64] | None = None
        pixels = np.zeros(count, np.int64)
        for part, tile in self._met(top, left, labels.shape):
            rows, cols = tile.block.toslices()
            here = PixelBox(
                max(rows.start, top), max(cols.start, left),
                min(rows.stop, top + labels.shape[0]), min(cols.stop, left + labels.shape[1]),
            )  # fmt: skip
            numbers = labels[here.top - top : here.bottom - top, here.left - left : here.right - left]
            inside = np.flatnonzero(numbers)
            if not inside.size:
                continue
            cells, first = _cells_of(here, part, tile)
            cells = cells.ravel()[inside]
            pixels_of_cells = np.bincount(cells)
            used = np.flatnonzero(pixels_of_cells)
            if count == 1:
                shares = pixels_of_cells[used]
                pixels += inside.size
            else:
                owners = numbers.ravel()[inside] - 1
                places = np.cumsum(pixels_of_cells > 0) - 1
                shares = np.bincount(owners * len(used) + places[cells], minlength=count * len(used))
                pixels += np.bincount(owners, minlength=count)
            values = self._cells(part)[used + first].astype(np.float64)
            mine = shares.reshape(count, len(used)).astype(np.float64) @ values
            sums = mine if sums is None else sums + mine
        if sums is None:
            return [None] * count
        means = (sums / np.maximum(pixels, 1)[:, None]).astype(np.float16)
        return [mean if number else None for mean, number in zip(means, pixels, strict=True)]

    def _met(self, top: int, left: int, shape: tuple[int, ...]) -> Iterator[tuple[FeaturePart, Tile]]:
        """Yield the tiles whose blocks a window meets, in their order, with what is kept of them; others are left out.

        Args:
            top: first row of the window on the grid.
            left: first column.
            shape: its rows and columns.
        """
        columns = self._tiling.columns
        corners = self._tiling.indices(np.array([top, top + shape[0] - 1]), np.array([left, left + shape[1] - 1]))
        (first_row, first_col), (last_row, last_col) = (divmod(index, columns) for index in corners.tolist())
        for row in range(first_row, last_row + 1):
            for col in range(first_col, last_col + 1):
                part = self._parts.get(row * columns + col)
                if part is not None:
                    yield part, self._tile(part.tile)

    def _cells(self, part: FeaturePart) -> Features:
        """Return the features that are kept of a tile, float16 (cells, C)."""
        index = part.tile
        with self._lock:
            if index in self._recent:
                self._recent.move_to_end(index)
                return self._recent[index]
            height, width, channels = part.shape
            path = self.path(index // self._tiling.columns)
            try:
                with path.open("rb") as file:
                    cells = np.fromfile(file, np.float16, height * width * channels, offset=part.place)
            except OSError as error:
                raise disk_failure(path, error) from error
            self._recent[index] = cells.reshape(height * width, channels)
            if len(self._recent) > _KEPT:
                self._recent.popitem(last=False)
            return self._recent[index]


def _cells_of(box: PixelBox, part: FeaturePart, tile: Tile) -> tuple[NDArray[np.intp], int]:
    """Return the cell in which each pixel of a box lies, intp (H, W), counted from the first, and which that is."""
    rows, cols = np.arange(box.top, box.bottom), np.arange(box.left, box.right)
    down = ((rows - tile.window.row_off) * part.scale[0]).astype(np.intp) - part.corner[0]
    right = ((cols - tile.window.col_off) * part.scale[1]).astype(np.intp) - part.corner[1]
    width = part.shape[1]
    return np.add.outer((down - down[0]) * width, right - right[0]), int(down[0] * width + right[0])
