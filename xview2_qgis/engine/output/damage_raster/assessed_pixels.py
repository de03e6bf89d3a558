"""The assessed pixels of a window of the damage raster, and where they lie on the working grid."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ....protocol.schema import RASTER_NODATA
from ...geo.crs import CrsTransform
from ...geo.grid import Grid
from ...probability.store import ProbabilityRaster
from ...scene.area_of_interest import AreaOfInterest
from .categories import NO_BUILDING
from .pixel_grid import PixelGrid

_BETWEEN = 32  # pixels between exactly transformed points; the transform between them is as good as linear

Knots = NDArray[np.float64]


@dataclass(frozen=True)
class AssessedPixels:
    """What the working grid knows about a window of the damage raster.

    Attributes:
        box: the part of the working grid that holds it.
        rows: row in the box of the nearest pixel of the working grid, for those that lie in it, int32 (pixels,).
        cols: the same for columns.
        inside: which pixels of the window lie in the box, bool (H, W).
        assessed: which of them both images and the area cover, bool (H, W).
    """

    box: Window
    rows: NDArray[np.int32]
    cols: NDArray[np.int32]
    inside: NDArray[np.bool_]
    assessed: NDArray[np.bool_]

    @classmethod
    def of(
        cls, window: Window, pixels: PixelGrid, raster: ProbabilityRaster, area: AreaOfInterest | None
    ) -> AssessedPixels | None:
        """Return it for a window of the damage raster, None where nothing was assessed.

        Args:
            window: part of the damage raster.
            pixels: all of its pixels.
            raster: the filled probability raster.
            area: the area of interest in the CRS of the damage raster.

        Raises:
            RuntimeFailure: the probability raster cannot be read.
        """
        grid, shape, transform = raster.grid, (int(window.height), int(window.width)), pixels.corner(window)
        knots = _knots(window, pixels, grid)
        # most of a sparse scene has no data: that is known before any single pixel is placed
        left, top = (max(int(np.floor(values.min())) - 1, 0) for values in knots)
        right = min(int(np.floor(knots[0].max())) + 2, grid.width)
        bottom = min(int(np.floor(knots[1].max())) + 2, grid.height)
        if right <= left or bottom <= top:
            return None
        box = Window(left, top, right - left, bottom - top)
        if not raster.holds(box):
            return None
        valid = raster.read_validity(box)
        if not valid.any():
            return None
        height, width = shape
        at_x, at_y = np.meshgrid(
            (np.arange(width, dtype=np.float32) + 0.5) / _BETWEEN,
            (np.arange(height, dtype=np.float32) + 0.5) / _BETWEEN,
        )
        # counted from the corner of what was read, the numbers are small enough for single precision
        cols, rows = (
            np.floor(cv2.remap((values - first).astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)).astype(np.int32)
            for values, first in zip(knots, (left, top), strict=True)
        )
        inside = (rows >= 0) & (rows < bottom - top) & (cols >= 0) & (cols < right - left)
        rows, cols = rows[inside], cols[inside]
        assessed = np.zeros(shape, bool)
        assessed[inside] = valid[rows, cols]
        if area is not None and assessed.any():
            assessed &= area.mask(transform, shape)
        return cls(box, rows, cols, inside, assessed) if assessed.any() else None

    def values(self, of_box: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return what the pixels of the window have in an array of the box, 0 beyond it, uint8 (H, W)."""
        found = np.zeros(self.inside.shape, np.uint8)
        found[self.inside] = of_box[self.rows, self.cols]
        return found

    def background(self) -> NDArray[np.uint8]:
        """Return the window without any building, uint8 (H, W)."""
        return np.where(self.assessed, np.uint8(NO_BUILDING), np.uint8(RASTER_NODATA))


def _knots(window: Window, pixels: PixelGrid, grid: Grid) -> tuple[Knots, Knots]:
    """Return column and row on the working grid of every 32nd pixel corner of a window, two float64 (h, w)."""
    size = -(-int(window.height) // _BETWEEN) + 1, -(-int(window.width) // _BETWEEN) + 1
    rows, cols = np.meshgrid(np.arange(size[0]) * float(_BETWEEN), np.arange(size[1]) * float(_BETWEEN), indexing="ij")
    corners = pixels.corner(window) @ (cols.ravel(), rows.ravel())
    x, y = CrsTransform(pixels.crs, grid.crs).points(*corners)
    # what cannot be expressed in the CRS of the grid is far away from it
    x, y = (np.where(np.isfinite(values), values, 1e12) for values in (x, y))
    grid_cols, grid_rows = ~grid.transform @ (x, y)
    return grid_cols.reshape(size), grid_rows.reshape(size)
