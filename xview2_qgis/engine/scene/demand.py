"""What a run needs of the disk, compared with what there is before the first tile is read.

A pair of virtual rasters of two kilobytes can ask for thousands of square kilometres, by mistake or by malice. Found
out after hours, a full disk has cost them for nothing.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ...protocol.codes import ErrorCode
from ..errors import InputError, RuntimeFailure
from ..geo.grid import Grid
from ..probability.band import PACKED_FROM_PIXELS
from ..probability.block import BANDS
from .overlap import Overlap

#: Pixels that one run may be asked for: 25 000 km² at 0.5 m, days on a CPU.
MOST_PIXELS = 1e11
_PACKED = 0.3  # of what is not packed; measured 0.36 on the synthetic town, which is built up more densely than most
_STRIPS = 2 * 6 * 4  # of the row above and of this one, channels and weight, bytes of a float; see strips
_HINT = "give an area of interest (--aoi) and assess part by part"


@dataclass(frozen=True)
class Demand:
    """What a run needs.

    Attributes:
        pixels: that are read or written: of the working grid, or of the damage raster where that has more.
        disk: bytes of the working files.
    """

    pixels: float
    disk: float

    @classmethod
    def of(cls, grid: Grid, overlap: Overlap, tile_overlap: int, drawn: float = 0.0, features: float = 0.0) -> Demand:
        """Return what a run over a grid needs. Only what is asked for is written: the working file is sparse.

        Args:
            grid: the working grid.
            overlap: the ground that is shared and asked for.
            tile_overlap: pixels that neighbouring tiles share.
            drawn: pixels of the damage raster, 0 where none is written.
            features: bytes of features that are kept of a pixel.
        """
        area = (overlap.asked or overlap.shared).geometry.area / grid.gsd_m**2
        pixels = min(float(grid.width) * grid.height, area)
        packed = _PACKED if grid.width * grid.height >= PACKED_FROM_PIXELS else 1.0
        strips = pixels / grid.height * tile_overlap * _STRIPS
        return cls(max(pixels, drawn), pixels * (BANDS * packed + features) + strips)


def check_room(demand: Demand, folder: Path) -> None:
    """Refuse a run for which there is no room.

    Args:
        demand: what it needs.
        folder: where the working file goes.

    Raises:
        InputError: more is asked for than any run could do (``too-large``).
        RuntimeFailure: the disk is too small for it (``disk-space``), or the folder is gone (``working-folder``).
    """
    if demand.pixels > MOST_PIXELS:
        count = f"{demand.pixels / 1e9:.0f} billion"
        raise InputError(f"the scene has {count} pixels, too many for one run", _HINT, ErrorCode.TOO_LARGE)
    free = _free(folder)
    if demand.disk > free:
        raise RuntimeFailure(
            f"the run needs about {_size(demand.disk)} on the disk of the output, which has {_size(free)} free",
            f"free space, or {_HINT}", ErrorCode.DISK_SPACE,
        )  # fmt: skip


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise RuntimeFailure(
            f"the working folder {folder.name} was moved or removed ({error.strerror})",
            "run again with the output in a folder where nobody else tidies up", "working-folder",
        ) from error  # fmt: skip


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
