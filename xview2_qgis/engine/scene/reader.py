"""One raster seen on the working grid: windows of it, warped, stretched to 8 bits, with where they hold data."""

from __future__ import annotations

import math

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

from ..geo.crs import CrsTransform
from ..geo.grid import Grid
from ..radiometry.fill import Fill, squares
from ..radiometry.stretch import Stretch
from ..radiometry.validity import all_bands_are
from ..raster.resampling import REACH, PixelMap, resample
from ..raster.source import RasterSource

_MESH = 64  # grid pixels between points whose position is computed; between them it runs straight to a millimetre
_FAR_AWAY = -1e9  # source pixel of a point that the source's CRS does not know


class GridReader:
    """Reads windows of the grid from a raster of any CRS, resolution and rotation. For one thread at a time.

    Where the raster's pixels are those of the grid they come out untouched. Otherwise they are resampled; a raster at
    least twice as fine is averaged to about the grid's resolution first. Pixels without data never mix into others.

    Args:
        source: the raster.
        grid: the working grid.
        stretch: how its values become 8-bit.
        shift_m: east and north, in metres, by which the image is moved before it is sampled.
    """

    def __init__(
        self, source: RasterSource, grid: Grid, stretch: Stretch, shift_m: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self._source, self._grid, self._stretch = source, grid, stretch
        self._ground = Affine.translation(-shift_m[0], -shift_m[1]) @ grid.transform
        self._to_source = CrsTransform(grid.crs, source.crs, near_x=source.georeference.centre_x())
        width_m, height_m = source.georeference.pixel_size_m()
        # the hundredth keeps an exact multiple a multiple in spite of rounding
        self._reduce = (max(1, int(grid.gsd_m / width_m + 0.01)), max(1, int(grid.gsd_m / height_m + 0.01)))
        self._shrink = (grid.gsd_m / width_m / self._reduce[0], grid.gsd_m / height_m / self._reduce[1])
        self._offset = _offset(source, grid) if shift_m == (0.0, 0.0) else None

    @property
    def exact(self) -> bool:
        """True if the raster's pixels are those of the grid and are not resampled."""
        return self._offset is not None

    def read(self, window: Window) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
        """Return uint8 (3, H, W) and validity (H, W) of a window, which may reach beyond the grid and the raster.

        Invalid pixels are 0, and what is damaged is not valid. None where nothing is valid, which costs no more than
        reading the blocks on disk, and nothing where a sparse file has none.

        Raises:
            InputError: the file cannot be read for another reason than damage (``raster-read``).
        """
        if self._offset is not None:
            return self._read_exact(window, self._offset)
        return self._read_warped(window)

    def _read_exact(
        self, window: Window, offset: tuple[int, int]
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
        left, top = int(window.col_off) + offset[0], int(window.row_off) + offset[1]
        width, height = int(window.width), int(window.height)
        part = self._inside(left, top, left + width, top + height, (1, 1))
        if part is None:
            return None
        got = self._read_source(part, (1, 1))
        if got is None:
            return None
        if part == Window(left, top, width, height):
            return got
        image, valid = np.zeros((3, height, width), np.uint8), np.zeros((height, width), bool)
        rows = slice(part.row_off - top, part.row_off - top + part.height)
        columns = slice(part.col_off - left, part.col_off - left + part.width)
        image[:, rows, columns], valid[rows, columns] = got
        return image, valid

    def _read_warped(self, window: Window) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
        left, top = int(window.col_off), int(window.row_off)
        across, down = _Axis(left, int(window.width)), _Axis(top, int(window.height))
        nodes = self._source_pixels(across.nodes, down.nodes)
        part = self._needed(nodes)
        if part is None:
            return None
        got = self._read_source(part, self._reduce)
        if got is None:
            return None
        columns, rows = (
            (down.weights @ (axis - begin) @ across.weights.T / reduce).astype(np.float32)
            for axis, begin, reduce in zip(nodes, (part.col_off, part.row_off), self._reduce, strict=True)
        )
        image, valid = resample(*got, PixelMap(columns, rows, self._shrink))
        return (image, valid) if valid.any() else None

    def _source_pixels(self, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return source pixel coordinates (2, rows, columns) of grid pixel corners, far away where there are none."""
        t = self._ground
        x = t.a * columns[None, :] + t.b * rows[:, None] + t.c
        y = t.d * columns[None, :] + t.e * rows[:, None] + t.f
        points = self._to_source.points(x.ravel(), y.ravel())
        known = np.isfinite(points).all(axis=0)
        pixels = np.full_like(points, _FAR_AWAY)
        if known.any():
            pixels[:, known] = self._source.georeference.to_pixels(*points[:, known])
        pixels = np.clip(np.nan_to_num(pixels, nan=_FAR_AWAY), -abs(_FAR_AWAY), abs(_FAR_AWAY))
        return np.asarray(pixels.reshape(2, len(rows), len(columns)), dtype=np.float64)

    def _needed(self, nodes: NDArray[np.float64]) -> Window | None:
        """Return the window of the source that holds some pixel coordinates, None if it is empty."""
        (left, top), (right, bottom) = nodes.min(axis=(1, 2)), nodes.max(axis=(1, 2))
        across, down = (REACH * step for step in self._reduce)
        return self._inside(
            math.floor(left) - across, math.floor(top) - down, math.ceil(right) + across, math.ceil(bottom) + down,
            self._reduce,
        )  # fmt: skip

    def _inside(self, left: int, top: int, right: int, bottom: int, multiple: tuple[int, int]) -> Window | None:
        """Return the part of a source window inside the raster, in whole multiples: averages always fall alike."""
        across, down = multiple
        left, top = max(0, left // across * across), max(0, top // down * down)
        right = min(-(-right // across) * across, self._source.width // across * across)
        bottom = min(-(-bottom // down) * down, self._source.height // down * down)
        return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None

    def _read_source(self, part: Window, reduce: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
        """Read source pixels, 8-bit and with invalid pixels set to 0; None if none is valid."""
        if self._source.is_empty(part):
            return None
        across, down = reduce
        shape = None if reduce == (1, 1) else (int(part.height) // down, int(part.width) // across)
        values, valid = self._source.read_around_damage(part, shape)
        for fill in self._source.fill:
            valid &= ~self._undeclared_fill(fill, values, valid, part, reduce)
        if not valid.any():
            return None
        image = self._stretch.apply(values)
        return (image if valid.all() else image * valid), valid

    def _undeclared_fill(
        self, fill: Fill, values: NDArray[np.generic], valid: NDArray[np.bool_], part: Window, reduce: tuple[int, int]
    ) -> NDArray[np.bool_]:
        """Return areas of a colour that nothing declares as empty: collars, and gaps of mosaics.

        Areas are found around the window too, so that a window does not change what is found in it. A mask or a nodata
        value does not rule them out: alpha is often full everywhere, and collars come after the nodata value was set.
        """
        coloured = all_bands_are(values, fill.values)
        if not (coloured & valid).any():
            return np.zeros_like(coloured)
        across, down = fill.least * reduce[0], fill.least * reduce[1]
        left, top, right, bottom = part.col_off, part.row_off, part.col_off + part.width, part.row_off + part.height
        wide = self._inside(left - across, top - down, right + across, bottom + down, reduce)
        if wide is None:
            raise ValueError("the window lies outside the raster")
        shape = (int(wide.height) // reduce[1], int(wide.width) // reduce[0])
        around, known = self._source.read_around_damage(wide, None if reduce == (1, 1) else shape)
        # beside pixels that are declared empty a collar goes on, as at the border of the raster
        found = squares(all_bands_are(around, fill.values) | ~known, fill.least)
        row, column = (top - wide.row_off) // reduce[1], (left - wide.col_off) // reduce[0]
        height, width = coloured.shape
        return found[row:, column:][:height, :width]


class _Axis:
    """Points along one axis of a window at which positions are computed, and how to interpolate between them.

    The points are fixed on the grid, not on the window, so that neighbouring windows agree where they overlap.
    """

    def __init__(self, begin: int, length: int) -> None:
        first, last = begin // _MESH, -(-(begin + length) // _MESH)
        self.nodes = np.arange(first, last + 1, dtype=np.float64) * _MESH
        centres = (np.arange(begin, begin + length) + 0.5) / _MESH - first
        cell = centres.astype(np.intp)
        self.weights = np.zeros((length, len(self.nodes)))
        self.weights[np.arange(length), cell] = 1.0 - (centres - cell)
        self.weights[np.arange(length), cell + 1] = centres - cell


def _offset(source: RasterSource, grid: Grid) -> tuple[int, int] | None:
    """Return the source pixel (column, row) of the grid's origin if the pixels of both are the same ones."""
    if source.gcps or source.crs != grid.crs:
        return None
    step = ~source.transform @ grid.transform
    # a hundredth of a pixel over the whole grid is not worth resampling for
    drift = max(grid.width, grid.height, 1)
    if max(abs(step.a - 1.0), abs(step.b), abs(step.d), abs(step.e - 1.0)) * drift > 0.01:
        return None
    column, row = round(step.c), round(step.f)
    return (column, row) if max(abs(step.c - column), abs(step.f - row)) <= 0.01 else None
