"""Alignment: both images of a pair, tile by tile, on the working grid."""

from __future__ import annotations

from types import TracebackType

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.grid import Grid
from ..raster.file import GDAL_OPTIONS
from .gating import Gating
from .pair_images import PairImages
from .pair_tile import PairTile
from .reader import GridReader

_MEBIBYTE = 2**20
_TILE_ROWS = 1280  # rows of a tile and what it overlaps
_SMALLEST_CACHE, _LARGEST_CACHE = 64 * _MEBIBYTE, 512 * _MEBIBYTE


class AlignedPair:
    """Reads both images on the grid; one thread at a time. A context manager, which sets how much GDAL may keep.

    Args:
        images: the images.
        grid: the working grid.
        gating: which windows are read, and what is asked about them; everything where not given.
    """

    def __init__(self, images: PairImages, grid: Grid, gating: Gating | None = None) -> None:
        self.images, self.grid = images, grid
        self._gating = gating or Gating(grid)
        self._pre = None if images.pre is None else GridReader(images.pre, grid, images.stretches[0])
        self._post = GridReader(images.post, grid, images.stretches[-1], (images.shift.dx_m, images.shift.dy_m))
        # GDAL would take 5 % of the memory; the setting holds for all threads while the pair is open
        self._settings = rasterio.Env(GDAL_CACHEMAX=_cache_bytes(images, grid), **GDAL_OPTIONS)

    def __enter__(self) -> AlignedPair:
        self._settings.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._settings.__exit__(kind, error, trace)

    def read(self, window: Window) -> PairTile | None:
        """Return a window of both images, None where the area misses it or pre has no valid pixel (cheap then).

        Without a pre-event image that is asked of post, and what is hidden in it counts as without data.

        Args:
            window: whole pixels of the grid; may reach beyond it.

        Raises:
            InputError: a file cannot be read for another reason than damage (``raster-read``).
        """
        if not self._touches(window) or not self._gating.reaches(window):
            return None
        # options are per thread, and this may be another one than that which opened the files
        with rasterio.Env(**GDAL_OPTIONS):
            if self._pre is None:
                return self._read_post(window)
            first = self._pre.read(window)
            if first is None:
                return None
            inside = self._inside(window)
            if not (first[1] & inside).any():
                return None
            second = self._post.read(window)
        pre, pre_valid = first
        hidden = self._gating.hidden_pixels(window)
        if second is None:
            post, post_valid = pre.copy(), np.zeros_like(pre_valid)
        else:
            post, post_valid = second
            if hidden is not None:
                post_valid = post_valid & ~hidden
            if not post_valid.all():
                post = np.where(post_valid, post, pre)
        return PairTile(
            window, pre, post, pre_valid & inside, post_valid & inside,
            self._gating.asked(window), self._gating.has_footprints(window),
        )  # fmt: skip

    def _read_post(self, window: Window) -> PairTile | None:
        """Return a window of the post-event image alone; what is hidden in it shows no buildings either."""
        second = self._post.read(window)
        if second is None:
            return None
        post, valid = second
        hidden = self._gating.hidden_pixels(window)
        valid = valid & self._inside(window)
        if hidden is not None:
            valid &= ~hidden
        if not valid.any():
            return None
        return PairTile(
            window, None, post, None, valid, self._gating.asked(window), self._gating.has_footprints(window)
        )

    def _touches(self, window: Window) -> bool:
        below = window.row_off < self.grid.height and window.col_off < self.grid.width
        return bool(below and window.row_off + window.height > 0 and window.col_off + window.width > 0)

    def _inside(self, window: Window) -> NDArray[np.bool_]:
        rows = np.arange(int(window.height)) + int(window.row_off)
        columns = np.arange(int(window.width)) + int(window.col_off)
        in_rows = (rows >= 0) & (rows < self.grid.height)
        in_columns = (columns >= 0) & (columns < self.grid.width)
        return np.asarray(in_rows[:, None] & in_columns[None, :])


def _cache_bytes(images: PairImages, grid: Grid) -> int:
    """Return how much GDAL may keep: enough that a raster stored by whole rows is decoded once per row of tiles."""
    need = 0
    for source in images.all:
        rows, columns = source.block_shape
        if columns >= source.width:
            high = _TILE_ROWS * grid.gsd_m / source.georeference.pixel_size_m()[1] + rows
            need += int(source.width * min(high, source.height) * 3 * np.dtype(source.dtype).itemsize)
    return int(np.clip(_SMALLEST_CACHE + need, _SMALLEST_CACHE, _LARGEST_CACHE))
