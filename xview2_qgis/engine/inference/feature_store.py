"""What the networks saw of a scene, on disk beside its probabilities: features of the tiles, pooled for buildings.

There is a file for each row of tiles, as there is one for its probabilities.

Some networks give features of a tile on a grid of their own, coarser than its pixels. They are not blended: where tiles
overlap, a pixel belongs to the tile whose block it lies in, and only the features there are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

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
        rows, cols = np.nonzero(labels)
        owners = labels[rows, cols] - 1
        rows, cols = rows + int(window.row_off), cols + int(window.col_off)
        tiles = self._tiling.indices(rows, cols)
        sums: NDArray[np.float64] | None = None
        pixels = np.zeros(count, np.int64)
        for index in np.unique(tiles).tolist():
            part = self._parts.get(index)
            if part is None:
                continue
            here, origin = tiles == index, self._tiling.tile(index).window
            down = ((rows[here] - origin.row_off) * part.scale[0]).astype(np.intp) - part.corner[0]
            right = ((cols[here] - origin.col_off) * part.scale[1]).astype(np.intp) - part.corner[1]
            used, places = np.unique(down * part.shape[1] + right, return_inverse=True)
            shares = np.bincount(owners[here] * len(used) + places, minlength=count * len(used))
            mine = shares.reshape(count, len(used)) @ self._cells(part)[used].astype(np.float64)
            sums = mine if sums is None else sums + mine
            pixels += np.bincount(owners[here], minlength=count)
        if sums is None:
            return [None] * count
        means = (sums / np.maximum(pixels, 1)[:, None]).astype(np.float16)
        return [mean if number else None for mean, number in zip(means, pixels, strict=True)]

    def _cells(self, part: FeaturePart) -> Features:
        """Return the features that are kept of a tile, float16 (cells, C)."""
        index, path = part.tile, self.path(part.tile // self._tiling.columns)
        with self._lock:
            if index in self._recent:
                self._recent.move_to_end(index)
                return self._recent[index]
            height, width, channels = part.shape
            try:
                with path.open("rb") as file:
                    cells = np.fromfile(file, np.float16, height * width * channels, offset=part.place)
            except OSError as error:
                raise disk_failure(path, error) from error
            self._recent[index] = cells.reshape(height * width, channels)
            if len(self._recent) > _KEPT:
                self._recent.popitem(last=False)
            return self._recent[index]
