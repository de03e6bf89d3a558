"""Which parts of the grid hold footprints, coarsely: enough to know whether the networks have anything to judge there.

One byte for each cell of 128 m, so a scene of 50 km takes 150 kB however many footprints there are.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window

from .cancellation import Cancellation
from .events import EventSink
from .footprints import Footprint, FootprintLayer
from .grid import Grid

_CELL = 256  # pixels


class FootprintCells:
    """Cells of the grid that the bounding box of some footprint touches.

    Args:
        marked: row-major cells of 256 × 256 pixels, bool (rows, columns).
    """

    def __init__(self, marked: NDArray[np.bool_]) -> None:
        self._marked = marked

    def touch(self, window: Window) -> bool:
        """Return whether a window of the grid may hold a pixel of a footprint; it may reach beyond the grid."""
        top, left = max(int(window.row_off), 0) // _CELL, max(int(window.col_off), 0) // _CELL
        bottom, right = int(window.row_off + window.height) - 1, int(window.col_off + window.width) - 1
        if bottom < 0 or right < 0:
            return False
        return bool(self._marked[top : bottom // _CELL + 1, left : right // _CELL + 1].any())


def footprint_cells(layer: FootprintLayer, grid: Grid, events: EventSink, cancellation: Cancellation) -> FootprintCells:
    """Read a layer once and mark where its footprints lie.

    Args:
        layer: the footprints.
        grid: the working grid.
        events: told where none of them can be used, or some cannot.
        cancellation: looked at between pages of the layer.

    Raises:
        Cancelled: somebody asked to stop.
        InputError: the layer cannot be read.
    """
    marked = np.zeros((-(-grid.height // _CELL), -(-grid.width // _CELL)), bool)
    nothing = layer.without_outline()
    unreadable = int(nothing.sum())
    for page in layer.pages(grid):
        cancellation.check()
        unreadable += page.unreadable
        if page.footprints:
            _mark(marked, page.footprints, grid)
    if unreadable:
        events.warning(
            "footprints-skipped",
            f"{unreadable} footprints of {layer.name} are empty or have curved outlines and were left out",
        )
    if layer.is_empty():
        events.warning("footprints-none", f"{layer.name} holds no footprint")
    elif not marked.any() and not (len(nothing) and nothing.all()):
        events.warning(
            "footprints-outside",
            f"no footprint of {layer.name} lies where both images overlap, check the CRS of the layer",
        )
    return FootprintCells(marked)


def _mark(marked: NDArray[np.bool_], page: list[Footprint], grid: Grid) -> None:
    boxes = shapely.bounds([footprint.placed for footprint in page])
    corners = boxes[:, [0, 2, 2, 0]], boxes[:, [1, 1, 3, 3]]  # four each: the grid may be turned
    columns, rows = ~grid.transform @ corners
    for top, bottom, left, right in zip(
        *(edge // _CELL for edge in (rows.min(1), rows.max(1), columns.min(1), columns.max(1))), strict=True
    ):
        if bottom >= 0 and right >= 0:
            marked[max(int(top), 0) : int(bottom) + 1, max(int(left), 0) : int(right) + 1] = True
