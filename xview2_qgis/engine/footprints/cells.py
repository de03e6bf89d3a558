"""Which parts of the grid hold footprints, coarsely: enough to know whether the networks have anything to judge there.

One byte for each cell of 128 m, so a scene of 50 km takes 150 kB however many footprints there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid

_CELL = 256  # pixels


class FootprintCells:
    """Cells of the grid that the bounding box of some footprint touches.

    Args:
        marked: row-major cells of 256 × 256 pixels, bool (rows, columns).
    """

    def __init__(self, marked: NDArray[np.bool_]) -> None:
        self._marked = marked

    @classmethod
    def none(cls, grid: Grid) -> FootprintCells:
        """Return the cells of a grid without footprints."""
        return cls(np.zeros((-(-grid.height // _CELL), -(-grid.width // _CELL)), bool))

    def mark(self, boxes: NDArray[np.float64]) -> None:
        """Mark what boxes touch: left, top, right and bottom in pixels, float64 (N, 4)."""
        for left, top, right, bottom in (boxes // _CELL).astype(np.int64).tolist():
            if bottom >= 0 and right >= 0:
                rows, columns = slice(max(top, 0), bottom + 1), slice(max(left, 0), right + 1)
                self._marked[rows, columns] = True

    def touch(self, window: Window) -> bool:
        """Return whether a window of the grid may hold a pixel of a footprint; it may reach beyond the grid."""
        top, left = max(int(window.row_off), 0) // _CELL, max(int(window.col_off), 0) // _CELL
        bottom, right = int(window.row_off + window.height) - 1, int(window.col_off + window.width) - 1
        if bottom < 0 or right < 0:
            return False
        below, beside = bottom // _CELL + 1, right // _CELL + 1
        return bool(self._marked[top:below, left:beside].any())
