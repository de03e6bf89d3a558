"""The tiling: which windows of the grid a network sees, and which pixels are finished after each.

A lattice of windows covers the grid. Neighbouring windows share ``overlap`` pixels; windows at the border reach beyond
the grid, as far as the sizes ask for that a network takes there. In row-major order, all pixels between the upper left
corner of a window and the upper left corners of its right and lower neighbours have been seen by every window that
covers them once the window itself has been seen. That part is the *block* of the tile; the blocks partition the grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from .edge_tiles import EQUAL_TILES, EdgeTiles
from .lattice_axis import LatticeAxis


@dataclass(frozen=True)
class Tile:
    """One window of the tiling.

    Attributes:
        index: position in row-major order, from 0.
        row: lattice row.
        col: lattice column.
        window: what the network sees; may reach beyond the grid. Windows of one lattice row are equally high, those of
            one lattice column equally wide.
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
        tile_size: rows and columns of a window inside the scene.
        overlap: pixels that neighbouring windows share, at most half of ``tile_size``.
        offset: pixels (columns, rows) by which the lattice is shifted to the upper left; the first windows then start
            outside the grid. Results must not depend on it.
        edges: how large windows at the border are.

    Raises:
        ValueError: the numbers do not fit together.
    """

    width: int
    height: int
    tile_size: int = 1024
    overlap: int = 128
    offset: tuple[int, int] = (0, 0)
    edges: EdgeTiles = EQUAL_TILES

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"empty grid: {self.width} x {self.height}")
        if not 0 <= 2 * self.overlap <= self.tile_size or self.tile_size < 1:
            # with more, a pixel could lie in three windows of one row
            raise ValueError(f"overlap {self.overlap} does not fit tiles of {self.tile_size} pixels")
        if not all(0 <= shift < self.tile_size - self.overlap for shift in self.offset):
            raise ValueError(f"offset {self.offset} is not within one stride")
        if self.edges.multiple is not None and self.tile_size % self.edges.multiple:
            raise ValueError(f"tiles of {self.tile_size} pixels are no multiple of {self.edges.multiple}")

    @cached_property
    def across(self) -> LatticeAxis:
        """Where windows begin and end along a row of pixels."""
        return LatticeAxis(self.width, self.tile_size, self.overlap, self.edges, self.offset[0])

    @cached_property
    def down(self) -> LatticeAxis:
        """Where windows begin and end along a column of pixels."""
        return LatticeAxis(self.height, self.tile_size, self.overlap, self.edges, self.offset[1])

    @property
    def columns(self) -> int:
        """Lattice columns."""
        return self.across.count

    @property
    def rows(self) -> int:
        """Lattice rows."""
        return self.down.count

    @property
    def largest_window(self) -> tuple[int, int]:
        """Rows and columns that hold every window."""
        return self.down.largest_window, self.across.largest_window

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
        (top, bottom), (left, right) = self.down.window(row), self.across.window(col)
        (first_row, end_row), (first_col, end_col) = self.down.block(row), self.across.block(col)
        return Tile(
            index,
            row,
            col,
            Window(left, top, right - left, bottom - top),
            Window(first_col, first_row, end_col - first_col, end_row - first_row),
        )

    def indices(self, rows: NDArray[np.integer], cols: NDArray[np.integer]) -> NDArray[np.intp]:
        """Return the tiles in whose blocks pixels of the grid lie, as positions in row-major order, intp (N,)."""
        return np.asarray(self.down.positions(rows) * self.columns + self.across.positions(cols), np.intp)


def lay_tiles(
    width: int,
    height: int,
    tile_size: int,
    overlap: int,
    shift: tuple[int, int] = (0, 0),
    edges: EdgeTiles = EQUAL_TILES,
) -> Tiling:
    """Return the tiles of a scene: up to half an overlap beyond its edge where that costs no further tile.

    Networks are unsure at the edge of a tile; the seam between two tiles then lies further inside.

    Args:
        width: columns of the grid.
        height: rows of the grid.
        tile_size: rows and columns of a window inside the scene.
        overlap: pixels that neighbouring windows share.
        shift: pixels (columns, rows) by which the lattice is moved further to the upper left.
        edges: how large windows at the border are.
    """
    column, row = (
        (moved + LatticeAxis(length, tile_size, overlap, edges).margin) % (tile_size - overlap)
        for moved, length in zip(shift, (width, height), strict=True)
    )
    return Tiling(width, height, tile_size, overlap, (column, row), edges)
