"""Reading around damage: a window is read in pieces along the blocks on disk, and what cannot be read has no data.

One bad block makes GDAL fail for all of a window, which may hold dozens of good ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ...geo.pixel_box import PixelBox
from .unreadable import UnreadableError

Pixels: TypeAlias = tuple[NDArray[np.generic], NDArray[np.bool_]]

# Smaller pieces save hardly any ground, and formats that are decoded from their beginning pay for each failure
_LEAST = 32


class ReadWindow(Protocol):
    """Reads a window, or fails as a whole; :meth:`.source.RasterSource.read` is one."""

    def __call__(self, window: Window, shape: tuple[int, int] | None = None) -> Pixels:
        """Return values (3, H, W) and validity (H, W), averaged where a shape is given."""


@dataclass
class PiecewiseReading:
    """A window of a damaged raster, read piece by piece.

    Attributes:
        read: reads a piece.
        dtype: numpy name of the type of the values.
        block_shape: rows and columns of a block on disk.
        unread: pieces that could not be read, in pixels of the raster; there after :meth:`pixels`.
    """

    read: ReadWindow
    dtype: str
    block_shape: tuple[int, int]
    unread: list[PixelBox] = field(default_factory=list)

    def pixels(self, window: Window, shape: tuple[int, int] | None = None) -> Pixels:
        """Return what can be read of a window, values (3, H, W) and validity (H, W); the rest is 0 and not valid.

        Args:
            window: whole pixels inside the raster.
            shape: rows and columns of the result, of which each is the mean of a whole number of pixels.
        """
        height, width = shape or (int(window.height), int(window.width))
        down, across = int(window.height) // height, int(window.width) // width
        values, valid = np.zeros((3, height, width), self.dtype), np.zeros((height, width), bool)
        columns = _spans(int(window.col_off), width, across, self.block_shape[1])
        for top, bottom in _spans(int(window.row_off), height, down, self.block_shape[0]):
            failed: list[PixelBox] = []
            for left, right in columns:
                source = Window(
                    window.col_off + left * across, window.row_off + top * down,
                    (right - left) * across, (bottom - top) * down,
                )  # fmt: skip
                got = self._piece(source, None if shape is None else (bottom - top, right - left))
                if got is None:
                    failed.append(_box(source))
                else:
                    values[:, top:bottom, left:right], valid[top:bottom, left:right] = got
            self._add(failed)
        return values, valid

    def _piece(self, window: Window, shape: tuple[int, int] | None) -> Pixels | None:
        try:
            return self.read(window, shape)
        except UnreadableError:
            if shape is None:
                return None
        try:  # it may be an overview that is damaged
            return _averaged(*self.read(window), shape)
        except UnreadableError:
            return None

    def _add(self, row: list[PixelBox]) -> None:
        """Add the failures of a row of pieces, joined with their neighbours."""
        joined: list[PixelBox] = []
        for box in row:
            if joined and joined[-1].right == box.left:
                box = PixelBox(box.top, joined.pop().left, box.bottom, box.right)
            joined.append(box)
        for box in joined:
            above = next(
                (b for b in self.unread if (b.left, b.right, b.bottom) == (box.left, box.right, box.top)), None
            )
            if above is not None:
                self.unread.remove(above)
                box = PixelBox(above.top, box.left, box.bottom, box.right)
            self.unread.append(box)


def _spans(begin: int, count: int, step: int, block: int) -> list[tuple[int, int]]:
    """Return how an axis of the result is cut: where blocks on disk end, and around pixels that two of them share."""
    block *= -(-_LEAST // block)
    edges = range((begin // block + 1) * block, begin + count * step, block)
    cuts = sorted(
        {0, count} | {(edge - begin) // step for edge in edges} | {-(-(edge - begin) // step) for edge in edges}
    )
    return list(pairwise(cuts))


def _averaged(values: NDArray[np.generic], valid: NDArray[np.bool_], shape: tuple[int, int]) -> Pixels:
    """Return the means of squares of pixels, of the valid ones where at least half of a square is."""
    height, width = shape
    down, across = valid.shape[0] // height, valid.shape[1] // width
    known = valid.reshape(height, down, width, across)
    parts = values.reshape(3, height, down, width, across)
    count = known.sum(axis=(1, 3))
    means = np.where(known, parts, 0).sum(axis=(2, 4), dtype=np.float64) / np.maximum(count, 1)
    if np.issubdtype(values.dtype, np.integer):
        means = np.rint(means)
    return means.astype(values.dtype), 2 * count >= down * across


def _box(window: Window) -> PixelBox:
    top, left = int(window.row_off), int(window.col_off)
    return PixelBox(top, left, top + int(window.height), left + int(window.width))
