"""The probability raster: outputs of the networks on disk, block by block.

Inference writes finished blocks in any order, the building stage reads windows of any size. Blocks that were never
written take no space on disk and read as "not assessed". Probabilities are stored as 8-bit numbers, which is
finer than any network is calibrated.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from ..errors import RuntimeFailure
from ..geo.grid import Grid
from .block import BANDS, ProbabilityBlock, both_valid
from .source import BuildingFeatures, NoFeatures

# Below, at most 400 MB lie on the disk for a while, and packing them would only make the run longer
PACKED_FROM_PIXELS = 2**26
_CELL = 256  # rows and columns of a block of the file; whether anything was stored is known of each


class ProbabilityRaster:
    """A sparse raster on disk with the probabilities of a whole scene. Threads may share it.

    Args:
        path: file to create (GeoTIFF, BigTIFF where needed).
        grid: the working grid.
        features: what the networks see there, for those that tell it.

    Raises:
        RuntimeFailure: the file cannot be created, written or read (disk full).
    """

    def __init__(self, path: Path, grid: Grid, features: BuildingFeatures | None = None) -> None:
        self.path = path
        self.features = features or NoFeatures()
        self._grid = grid
        self._held = np.zeros((-(-grid.height // _CELL), -(-grid.width // _CELL)), bool)
        self._lock = threading.Lock()  # GDAL wants one thread at a time in a dataset
        # a third of the time of LZW for the same size
        packing = {"compress": "zstd", "zstd_level": 1} if grid.width * grid.height >= PACKED_FROM_PIXELS else {}
        try:
            self._dataset = rasterio.open(
                path, "w+", driver="GTiff", width=grid.width, height=grid.height, count=BANDS, dtype="uint8",
                crs=grid.crs, transform=grid.transform, tiled=True, blockxsize=_CELL, blockysize=_CELL,
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
        bands = block.bands()
        try:
            with self._lock:
                self._dataset.write(bands, window=block.window)
                self._held[_cells(block.window)] = True
        except (RasterioError, OSError) as error:
            raise _disk_failure(self.path, error) from error

    def ready(self, window: Window) -> bool:
        """Return True: nothing is waited for. Reading while another thread writes gives what was written so far."""
        del window
        return True

    def holds(self, window: Window) -> bool:
        """Return whether anything was stored near a window; costs next to nothing."""
        return bool(self._held[_cells(window)].any())

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window, clipped to the grid by the caller."""
        try:
            with self._lock:
                bands = self._dataset.read(window=window)
        except (RasterioError, OSError) as error:
            raise _disk_failure(self.path, error) from error
        return ProbabilityBlock.from_bands(window, bands)

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 alone, uint8 (H, W): one band of six."""
        return self._read_band(1, window)

    def read_validity(self, window: Window) -> NDArray[np.bool_]:
        """Return where both images have data, bool (H, W), without reading probabilities."""
        return both_valid(self._read_band(BANDS, window))

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


def _cells(window: Window) -> tuple[slice, slice]:
    """Return the blocks of the file in which a window lies."""
    rows, cols = window.toslices()
    return slice(rows.start // _CELL, -(-rows.stop // _CELL)), slice(cols.start // _CELL, -(-cols.stop // _CELL))


def _disk_failure(path: Path, error: Exception) -> RuntimeFailure:
    return RuntimeFailure(
        f"cannot use the working file {path.name} ({error})", "free space on the disk of the output", "working-file"
    )
