"""Alignment: both images of a pair, tile by tile, on the working grid."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from ..radiometry.stretch import Stretch, estimate_stretch
from ..raster.file import GDAL_OPTIONS
from ..raster.source import RasterSource
from .area_of_interest import AreaOfInterest
from .grid import AREA_MARGIN, Grid
from .reader import GridReader

_MEBIBYTE = 2**20
_TILE_ROWS = 1280  # rows of a tile and what it overlaps
_SMALLEST_CACHE, _LARGEST_CACHE = 64 * _MEBIBYTE, 512 * _MEBIBYTE


@dataclass(frozen=True)
class Shift:
    """A translation of the post-event image that brings it onto the pre-event image.

    Attributes:
        dx_m: metres along the x axis of the grid's CRS (east).
        dy_m: metres along the y axis (north).
        windows_used: windows that support it.
    """

    dx_m: float = 0.0
    dy_m: float = 0.0
    windows_used: int = 0


@dataclass(frozen=True)
class PairTile:
    """Both images on a window of the grid.

    Invalid post pixels hold the pre pixels and invalid pre pixels 0, so that missing data never looks like damage.
    Beyond the grid nothing is valid, but the images go on where they have pixels there: context for the network.

    Attributes:
        window: where on the grid; may reach beyond it.
        pre: uint8 (3, H, W).
        post: uint8 (3, H, W).
        pre_valid: the pre-event image has data here, inside the grid, bool (H, W). The area of interest is not in it.
        post_valid: the same of the post-event image.
    """

    window: Window
    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    pre_valid: NDArray[np.bool_]
    post_valid: NDArray[np.bool_]


class AlignedPair:
    """Reads both images on the grid. A context manager; one thread reads at a time.

    Args:
        pre: pre-event image.
        post: post-event image.
        grid: the working grid.
        area: where to look; windows further from it than :data:`.grid.AREA_MARGIN` pixels are not read.
        shift: moves the post-event image.
        stretches: those of pre and post; estimated from the images where not given.

    Raises:
        InputError: on entering, an image cannot be opened or holds no valid pixels.
    """

    def __init__(
        self,
        pre: RasterSource,
        post: RasterSource,
        grid: Grid,
        *,
        area: AreaOfInterest | None = None,
        shift: Shift = Shift(),
        stretches: tuple[Stretch, Stretch] | None = None,
    ) -> None:
        self.pre, self.post, self.grid, self.shift = pre, post, grid, shift
        self._area = None if area is None else area.in_crs(grid.crs)
        self._stretches = stretches
        self._stack = ExitStack()
        self._views: tuple[GridReader, GridReader] | None = None

    def __enter__(self) -> AlignedPair:
        with ExitStack() as stack:
            # GDAL would take 5 % of the memory; the setting holds for all threads while the pair is open
            stack.enter_context(
                rasterio.Env(GDAL_CACHEMAX=_cache_bytes(self.pre, self.post, self.grid), **GDAL_OPTIONS)
            )
            if self._stretches is None:
                self._stretches = estimate_stretch(self.pre), estimate_stretch(self.post)
            moved = (self.shift.dx_m, self.shift.dy_m)
            pre = stack.enter_context(GridReader(self.pre, self.grid, self._stretches[0]))
            post = stack.enter_context(GridReader(self.post, self.grid, self._stretches[1], moved))
            self._views = pre, post
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._views = None
        self._stack.close()

    def read(self, window: Window) -> PairTile | None:
        """Return a window of both images, None where the area misses it or pre has no valid pixel (cheap then).

        Args:
            window: whole pixels of the grid; may reach beyond it.

        Raises:
            InputError: a file ends or is damaged here (``raster-read``).
        """
        if self._views is None:
            raise RuntimeError("an AlignedPair is read inside its with block")
        inside = self._inside(window)
        if not inside.any() or not self._asked(window):
            return None
        # options are per thread, and this may be another one than that which opened the files
        with rasterio.Env(**GDAL_OPTIONS):
            first = self._views[0].read(window)
            if first is None or not (first[1] & inside).any():
                return None
            second = self._views[1].read(window)
        pre, pre_valid = first
        if second is None:
            return PairTile(window, pre, pre.copy(), pre_valid & inside, np.zeros_like(pre_valid))
        post, post_valid = second
        filled = post if post_valid.all() else np.where(post_valid, post, pre)
        return PairTile(window, pre, filled, pre_valid & inside, post_valid & inside)

    def _asked(self, window: Window) -> bool:
        if self._area is None:
            return True
        transform = self.grid.window_transform(window)
        columns, rows = ((-AREA_MARGIN, length + AREA_MARGIN) for length in (window.width, window.height))
        corners = [transform @ (column, row) for column in columns for row in rows]
        xs, ys = zip(*corners, strict=True)
        return self._area.intersects((min(xs), min(ys), max(xs), max(ys)), self.grid.crs)

    def _inside(self, window: Window) -> NDArray[np.bool_]:
        rows = np.arange(int(window.height)) + int(window.row_off)
        columns = np.arange(int(window.width)) + int(window.col_off)
        in_rows = (rows >= 0) & (rows < self.grid.height)
        in_columns = (columns >= 0) & (columns < self.grid.width)
        return np.asarray(in_rows[:, None] & in_columns[None, :])


def _cache_bytes(pre: RasterSource, post: RasterSource, grid: Grid) -> int:
    """Return how much GDAL may keep: enough that a raster stored by whole rows is decoded once per row of tiles."""
    need = 0
    for source in (pre, post):
        rows, columns = source.block_shape
        if columns >= source.width:
            high = _TILE_ROWS * grid.gsd_m / source.georeference.pixel_size_m()[1] + rows
            need += int(source.width * min(high, source.height) * 3 * np.dtype(source.dtype).itemsize)
    return int(np.clip(_SMALLEST_CACHE + need, _SMALLEST_CACHE, _LARGEST_CACHE))
