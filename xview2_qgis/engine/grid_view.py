"""One raster seen on the working grid: windows of it, warped, stretched to 8 bits, with where they hold data."""

from __future__ import annotations

from types import TracebackType

import cv2
import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.warp import reproject
from rasterio.windows import Window

from .errors import InputError
from .georeference import transform_points
from .grid import Grid
from .rasters import RasterSource, open_dataset, read_window
from .stretch import Stretch

_MESH = np.linspace(0.0, 1.0, 9)
_KERNEL = 6  # source pixels that cubic convolution reaches over when it halves the resolution, and some rounding
_FILL = 15  # pixels; black areas at least so wide and high count as fill, shadows are narrower
_TOLERANCE = 0.01  # pixels; GDAL's own 0.125 would show where tiles meet


class GridView:
    """Reads windows of the grid from a raster of any CRS, resolution and rotation. For one thread at a time.

    Where the raster's pixels are those of the grid they come out untouched. Otherwise they are resampled by cubic
    convolution (bilinear would blur what was already resampled once for orthorectification); a raster at least twice as
    fine is averaged to about the grid's resolution first. Pixels without data never mix into others.

    Args:
        source: the raster.
        grid: the working grid.
        stretch: how its values become 8-bit.
        shift_m: east and north, in metres, by which the image is moved before it is sampled.

    Raises:
        InputError: the raster cannot be opened any more (``raster-open``).
    """

    def __init__(
        self, source: RasterSource, grid: Grid, stretch: Stretch, shift_m: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self._source, self._grid, self._stretch = source, grid, stretch
        self._move = Affine.translation(-shift_m[0], -shift_m[1])
        width_m, height_m = source.georeference.pixel_size_m()
        # the hundredth keeps an exact multiple a multiple in spite of rounding
        self._reduce = (max(1, int(grid.gsd_m / width_m + 0.01)), max(1, int(grid.gsd_m / height_m + 0.01)))
        self._offset = _offset(source, grid) if shift_m == (0.0, 0.0) else None
        self._dataset: DatasetReader = open_dataset(source.path)
        if (self._dataset.width, self._dataset.height) != (source.width, source.height):
            self.close()
            raise InputError(f"{source.name} changed while it was in use", "start again", "raster-open")

    @property
    def exact(self) -> bool:
        """Whether the raster's pixels are those of the grid and are not resampled."""
        return self._offset is not None

    def read(self, window: Window) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
        """Return uint8 (3, H, W) and validity (H, W) of a window, which may reach beyond the grid and the raster.

        Invalid pixels are 0. None where nothing is valid, which costs no more than reading the blocks on disk.

        Raises:
            InputError: the file ends or is damaged here (``raster-read``).
        """
        if self._offset is not None:
            return self._read_exact(window, self._offset)
        return self._read_warped(window)

    def close(self) -> None:
        """Close the file."""
        self._dataset.close()

    def __enter__(self) -> GridView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        transform = self._move @ self._grid.window_transform(window)
        part = self._source_window(transform, int(window.width), int(window.height))
        if part is None:
            return None
        got = self._read_source(part, self._reduce)
        if got is None:
            return None
        stack = np.concatenate([got[0], got[1][None] * np.uint8(255)])
        warped = np.zeros((4, int(window.height), int(window.width)), np.uint8)
        reproject(
            stack, warped, src_crs=self._source.crs, dst_transform=transform, dst_crs=self._grid.crs,
            src_alpha=4, dst_alpha=4, resampling=Resampling.cubic, tolerance=_TOLERANCE, **self._position(part),
        )  # fmt: skip
        valid = warped[3] >= 128
        if not valid.any():
            return None
        return warped[:3] * valid, valid

    def _position(self, part: Window) -> dict[str, object]:
        """Return where the pixels of a source window lie, for GDAL."""
        across, down = self._reduce
        if not self._source.gcps:
            moved = self._source.transform @ Affine.translation(part.col_off, part.row_off)
            return {"src_transform": moved @ Affine.scale(across, down)}
        return {
            "gcps": [
                type(point)((point.row - part.row_off) / down, (point.col - part.col_off) / across, point.x, point.y)
                for point in self._source.gcps
            ]
        }

    def _source_window(self, transform: Affine, width: int, height: int) -> Window | None:
        """Return the source pixels needed for a part of the grid, None if there are none."""
        columns, rows = (axis.ravel() for axis in np.meshgrid(_MESH * width, _MESH * height))
        ground = Affine(*transform[:6])
        x, y = ground.a * columns + ground.b * rows + ground.c, ground.d * columns + ground.e * rows + ground.f
        points = transform_points(self._grid.crs, self._source.crs, x, y)
        points = points[:, np.isfinite(points).all(axis=0)]
        if not points.size:
            return None
        pixels = self._source.georeference.to_pixels(*points)
        limit = 4.0 * max(self._source.width, self._source.height) + 1e6  # far away, and safe to turn into an integer
        pixels = np.clip(pixels, -limit, limit)
        (left, top), (right, bottom) = pixels.min(axis=1), pixels.max(axis=1)
        across, down = self._reduce
        return self._inside(
            int(left) - _KERNEL * across, int(top) - _KERNEL * down,
            int(right) + 1 + _KERNEL * across, int(bottom) + 1 + _KERNEL * down, self._reduce,
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
        across, down = reduce
        shape = None if reduce == (1, 1) else (int(part.height) // down, int(part.width) // across)
        values, valid = read_window(self._dataset, self._source, part, shape)
        if self._source.nodata is None and not self._source.masked:
            valid &= ~self._undeclared_fill(values, part, reduce)
        if not valid.any():
            return None
        image = self._stretch.apply(values)
        return (image if valid.all() else image * valid), valid

    def _undeclared_fill(self, values: NDArray[np.generic], part: Window, reduce: tuple[int, int]) -> NDArray[np.bool_]:
        """Return black areas of a raster that declares no nodata: collars, and gaps of mosaics.

        Areas are found around the window too, so that a window does not change what is found in it.
        """
        black = np.asarray(~values.any(axis=0), dtype=bool)
        if not black.any():
            return black
        across, down = reduce
        left, top, right, bottom = part.col_off, part.row_off, part.col_off + part.width, part.row_off + part.height
        wide = self._inside(
            left - _FILL * across, top - _FILL * down, right + _FILL * across, bottom + _FILL * down, reduce
        )
        assert wide is not None  # it contains the window
        shape = (int(wide.height) // down, int(wide.width) // across)
        around = read_window(self._dataset, self._source, wide, None if reduce == (1, 1) else shape)[0]
        mask = (~around.any(axis=0)).astype(np.uint8)
        # beyond the raster nothing is known: fill that touches the border goes on there
        mask = cv2.copyMakeBorder(mask, _FILL, _FILL, _FILL, _FILL, cv2.BORDER_REPLICATE)
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((_FILL, _FILL), np.uint8))
        row, column = (top - wide.row_off) // down + _FILL, (left - wide.col_off) // across + _FILL
        return np.asarray(opened[row : row + black.shape[0], column : column + black.shape[1]], dtype=bool)


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
