"""The tiling: which windows of the grid a network sees, and which pixels are finished after each.

A lattice of square windows covers the grid. Neighbouring windows share ``overlap`` pixels; windows at the right and
lower border reach beyond the grid, so that every window has the size the network was made for. In row-major order, all
pixels between the upper left corner of a window and the upper left corners of its right and lower neighbours have been
seen by every window that covers them once the window itself has been seen. That part is the *block* of the tile; the
blocks partition the grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window


@dataclass(frozen=True)
class Tile:
    """One window of the tiling.

    Attributes:
        index: position in row-major order, from 0.
        row: lattice row.
        col: lattice column.
        window: what the network sees, ``tile_size`` × ``tile_size`` pixels; may reach beyond the grid.
        block: the pixels that are finished once this tile has been seen; inside the grid and inside ``window``.
    """

    index: int
    row: int
    col: int
    window: Window
    block: Window


@dataclass(frozen=True)
class Tiling:
    """A lattice of overlapping tiles over a grid.

    Attributes:
        width: columns of the grid.
        height: rows of the grid.
        tile_size: rows and columns of a window.
        overlap: pixels that neighbouring windows share, at most half of ``tile_size``.
        offset: pixels (columns, rows) by which the lattice is shifted to the upper left; the first windows then start
            outside the grid. Results must not depend on it.

    Raises:
        ValueError: the numbers do not fit together.
    """

    width: int
    height: int
    tile_size: int = 1024
    overlap: int = 128
    offset: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"empty grid: {self.width} x {self.height}")
        if not 0 <= 2 * self.overlap <= self.tile_size or self.tile_size < 1:
            # with more, a pixel could lie in three windows of one row
            raise ValueError(f"overlap {self.overlap} does not fit tiles of {self.tile_size} pixels")
        if not all(0 <= shift < self.stride for shift in self.offset):
            raise ValueError(f"offset {self.offset} is not within one stride of {self.stride} pixels")

    @property
    def stride(self) -> int:
        """Pixels from one window to the next."""
        return self.tile_size - self.overlap

    @property
    def columns(self) -> int:
        """Lattice columns."""
        return self._count(self.width, self.offset[0])

    @property
    def rows(self) -> int:
        """Lattice rows."""
        return self._count(self.height, self.offset[1])

    def __len__(self) -> int:
        return self.columns * self.rows

    def __iter__(self) -> Iterator[Tile]:
        return (self.tile(index) for index in range(len(self)))

    def tile(self, index: int) -> Tile:
        """Return the tile at a position in row-major order.

        Raises:
            IndexError: there is no such tile.
        """
        if not 0 <= index < len(self):
            raise IndexError(index)
        row, col = divmod(index, self.columns)
        left, block_left, block_right = self._span(col, self.columns, self.width, self.offset[0])
        top, block_top, block_bottom = self._span(row, self.rows, self.height, self.offset[1])
        return Tile(
            index,
            row,
            col,
            Window(left, top, self.tile_size, self.tile_size),
            Window(block_left, block_top, block_right - block_left, block_bottom - block_top),
        )

    def indices(self, rows: NDArray[np.integer], cols: NDArray[np.integer]) -> NDArray[np.intp]:
        """Return the tiles in whose blocks pixels of the grid lie, as positions in row-major order, intp (N,)."""
        columns = np.minimum((cols + self.offset[0]) // self.stride, self.columns - 1)
        lines = np.minimum((rows + self.offset[1]) // self.stride, self.rows - 1)
        return np.asarray(lines * self.columns + columns, np.intp)

    def _count(self, length: int, shift: int) -> int:
        """Return how many windows cover ``length`` pixels: n · stride + overlap must reach the end."""
        return max(1, -(-(length + shift - self.overlap) // self.stride))

    def _span(self, position: int, count: int, length: int, shift: int) -> tuple[int, int, int]:
        """Return start of the window, start and end of the block along one axis."""
        start = position * self.stride - shift
        end = length if position == count - 1 else start + self.stride
        return start, max(0, start), min(length, end)


def lay_tiles(width: int, height: int, tile_size: int, overlap: int, shift: tuple[int, int] = (0, 0)) -> Tiling:
    """Return the tiles of a scene: half an overlap beyond its edge wherever there are several anyway.

    Networks are unsure at the edge of a tile, so the edge of the scene lies inside one where that costs little.

    Args:
        width: columns of the grid.
        height: rows of the grid.
        tile_size: rows and columns of a window.
        overlap: pixels that neighbouring windows share.
        shift: pixels (columns, rows) by which the lattice is moved further to the upper left.
    """
    column, row = (
        (moved + (overlap // 2 if length > tile_size else 0)) % (tile_size - overlap)
        for moved, length in zip(shift, (width, height), strict=True)
    )
    return Tiling(width, height, tile_size, overlap, (column, row))
