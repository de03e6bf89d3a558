"""The pixel grid of a damage raster: that of the pre-event image where it can be, and its blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from ...geo.crs import CrsTransform
from ...geo.grid import Grid
from ...geo.polygons import frame

_BLOCK = 2048  # pixels burned at once


class Reference(Protocol):
    """A raster grid: a :class:`.source.RasterSource` or a :class:`.grid.Grid`."""

    @property
    def crs(self) -> CRS: ...  # noqa: D102 - as of any raster
    @property
    def transform(self) -> Affine: ...  # noqa: D102 - as of any raster
    @property
    def width(self) -> int: ...  # noqa: D102 - as of any raster
    @property
    def height(self) -> int: ...  # noqa: D102 - as of any raster


@dataclass(frozen=True)
class PixelGrid:
    """The pixels of a damage raster, in blocks that are burned one after another.

    Attributes:
        crs: their CRS.
        transform: pixel to CRS.
        width: columns.
        height: rows.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int

    @classmethod
    def of(cls, reference: Reference) -> PixelGrid:
        """Return all pixels of a raster."""
        return cls(reference.crs, reference.transform, reference.width, reference.height)

    @property
    def middle_x(self) -> float:
        """The x coordinate of the middle."""
        return float((self.transform @ (self.width / 2, self.height / 2))[0])

    def around(self, grid: Grid) -> PixelGrid:
        """Return those of the pixels that hold a working grid."""
        outline = frame(grid.transform, grid.width, grid.height)
        dense = shapely.segmentize(outline, outline.length / 64)
        (placed,) = CrsTransform(grid.crs, self.crs, self.middle_x).geometries([dense])
        cols, rows = ~self.transform @ tuple(shapely.get_coordinates(placed).T)
        # a thousandth of a pixel absorbs rounding
        left, top = max(int(np.floor(cols.min() + 1e-3)), 0), max(int(np.floor(rows.min() + 1e-3)), 0)
        right = min(int(np.ceil(cols.max() - 1e-3)), self.width)
        bottom = min(int(np.ceil(rows.max() - 1e-3)), self.height)
        corner = self.transform @ Affine.translation(left, top)
        return PixelGrid(self.crs, corner, max(right - left, 1), max(bottom - top, 1))

    def corner(self, window: Window) -> Affine:
        """Return the transform of a window."""
        return self.transform @ Affine.translation(window.col_off, window.row_off)

    def blocks(self) -> Iterator[Window]:
        """Yield the blocks, row by row; :meth:`touched` numbers them in this order."""
        for top in range(0, self.height, _BLOCK):
            for left in range(0, self.width, _BLOCK):
                yield Window(left, top, min(_BLOCK, self.width - left), min(_BLOCK, self.height - top))

    def touched(self, outlines: Sequence[BaseGeometry]) -> dict[int, list[int]]:
        """Return the numbers of the blocks that outlines may touch, and for each the indices of these outlines.

        Args:
            outlines: polygons in the CRS of the grid. What has no finite coordinates there touches no block.
        """
        boxes = self._boxes(outlines)
        finite = np.flatnonzero(np.isfinite(boxes).all(axis=1))
        columns, rows = -(-self.width // _BLOCK), -(-self.height // _BLOCK)
        # a pixel more absorbs rounding
        first = np.clip((boxes[finite, :2] - 1) // _BLOCK, 0, (columns, rows)).astype(np.int64)
        last = np.clip((boxes[finite, 2:] + 1) // _BLOCK, -1, (columns - 1, rows - 1)).astype(np.int64)
        touched: defaultdict[int, list[int]] = defaultdict(list)
        for index, (left, top), (right, bottom) in zip(finite.tolist(), first.tolist(), last.tolist(), strict=True):
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    touched[row * columns + column].append(index)
        return touched

    def _boxes(self, outlines: Sequence[BaseGeometry]) -> NDArray[np.float64]:
        """Return left, top, right and bottom of outlines in pixels, float64 (N, 4)."""
        inverse = ~self.transform
        pixels = shapely.transform(
            np.array(outlines, dtype=object), lambda xy: np.column_stack(inverse @ (xy[:, 0], xy[:, 1]))
        )
        return np.asarray(shapely.bounds(pixels), np.float64).reshape(-1, 4)
