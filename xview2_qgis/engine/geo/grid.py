"""A grid: where the pixels of a raster without data lie."""

from __future__ import annotations

from dataclasses import dataclass

from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window


@dataclass(frozen=True)
class Grid:
    """A raster grid without data.

    Attributes:
        crs: metric CRS of the grid.
        transform: pixel to CRS; square pixels of ``gsd_m`` metres (rotation allowed).
        width: columns.
        height: rows.
        gsd_m: ground sampling distance in metres.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int
    gsd_m: float

    def window_transform(self, window: Window) -> Affine:
        """Return the transform of a window of this grid (``window`` may reach beyond the grid)."""
        return self.transform @ Affine.translation(window.col_off, window.row_off)

    @property
    def window(self) -> Window:
        """The whole grid as a window."""
        return Window(0, 0, self.width, self.height)
