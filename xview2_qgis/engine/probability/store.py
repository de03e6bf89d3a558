"""The probability raster: what the networks said, on disk, block by block.

Inference writes finished blocks in any order, the object stage reads windows of any size. Blocks that were never
written take no space on disk and read as "not assessed". Probabilities are stored as 8-bit numbers, which is
finer than any network is calibrated.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from ..errors import RuntimeFailure
from ..geo.grid import Grid

BANDS = 6  # building, four damage classes, validity
_PRE_BIT, _POST_BIT = 1, 2
# Below, at most 400 MB lie on the disk for a while, and packing them would only make the run longer
PACKED_FROM_PIXELS = 2**26


@dataclass(frozen=True)
class ProbabilityBlock:
    """Probabilities of a window of the grid.

    Attributes:
        window: where on the grid, inside it.
        building: building probability × 255, uint8 (H, W).
        damage: class probabilities given a building × 255, uint8 (4, H, W), order of ``classes.DAMAGE_CLASSES``.
        pre_valid: the pre-event image has data, bool (H, W).
        post_valid: the post-event image has data, bool (H, W).
    """

    window: Window
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    pre_valid: NDArray[np.bool_]
    post_valid: NDArray[np.bool_]

    @property
    def valid(self) -> NDArray[np.bool_]:
        """Where both images have data, bool (H, W)."""
        return self.pre_valid & self.post_valid


class ProbabilitySource(Protocol):
    """Where probabilities are read from: a filled :class:`ProbabilityRaster`, or one that is still being filled."""

    @property
    def grid(self) -> Grid:
        """The working grid."""

    def ready(self, window: Window) -> bool:
        """Return whether a window can be read without waiting for it."""

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window of the grid."""

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 of a window alone, uint8 (H, W)."""


class ProbabilityRaster:
    """A sparse raster on disk with the probabilities of a whole scene. Threads may share it.

    Args:
        path: file to create (GeoTIFF, BigTIFF where needed).
        grid: the working grid.

    Raises:
        RuntimeFailure: the file cannot be created, written or read (disk full).
    """

    def __init__(self, path: Path, grid: Grid) -> None:
        self.path = path
        self._grid = grid
        self._lock = threading.Lock()  # GDAL wants one thread at a time in a dataset
        # a third of the time of LZW for the same size
        packing = {"compress": "zstd", "zstd_level": 1} if grid.width * grid.height >= PACKED_FROM_PIXELS else {}
        try:
            self._dataset = rasterio.open(
                path, "w+", driver="GTiff", width=grid.width, height=grid.height, count=BANDS, dtype="uint8",
                crs=grid.crs, transform=grid.transform, tiled=True, blockxsize=256, blockysize=256,
                sparse_ok=True, bigtiff="if_safer", interleave="band", **packing,
            )  # fmt: skip
        except (RasterioError, OSError) as error:
            raise _disk_failure(path, error) from error

    @property
    def grid(self) -> Grid:
        """The working grid."""
        return self._grid

    def write(self, block: ProbabilityBlock) -> None:
        """Store one block. Blocks may come in any order and must not overlap."""
        validity = block.pre_valid * np.uint8(_PRE_BIT) + block.post_valid * np.uint8(_POST_BIT)
        stack = np.concatenate([block.building[None], block.damage, validity[None].astype(np.uint8)])
        try:
            with self._lock:
                self._dataset.write(stack, window=block.window)
        except (RasterioError, OSError) as error:
            raise _disk_failure(self.path, error) from error

    def ready(self, window: Window) -> bool:
        """Return True: nothing is waited for. Whoever reads while others write sees what was written so far."""
        del window
        return True

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window, clipped to the grid by the caller."""
        try:
            with self._lock:
                stack = self._dataset.read(window=window)
        except (RasterioError, OSError) as error:
            raise _disk_failure(self.path, error) from error
        validity = stack[5]
        return ProbabilityBlock(
            window, stack[0], stack[1:5], (validity & _PRE_BIT).astype(bool), (validity & _POST_BIT).astype(bool)
        )

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 alone, uint8 (H, W): a cheap first look at a window."""
        return self._read_band(1, window)

    def read_validity(self, window: Window) -> NDArray[np.bool_]:
        """Return where both images have data, bool (H, W), without reading probabilities."""
        return np.asarray(self._read_band(BANDS, window) == _PRE_BIT + _POST_BIT)

    def _read_band(self, number: int, window: Window) -> NDArray[np.uint8]:
        try:
            with self._lock:
                return np.asarray(self._dataset.read(number, window=window), np.uint8)
        except (RasterioError, OSError) as error:
            raise _disk_failure(self.path, error) from error

    def close(self) -> None:
        """Flush and close the file."""
        if not self._dataset.closed:
            self._dataset.close()

    def __enter__(self) -> ProbabilityRaster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _disk_failure(path: Path, error: Exception) -> RuntimeFailure:
    return RuntimeFailure(
        f"cannot use the working file {path.name} ({error})", "free space on the disk of the output", "working-file"
    )
