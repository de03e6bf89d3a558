"""What a run needs of disk and memory, compared with what there is before the first tile is read.

A pair of virtual rasters of two kilobytes can ask for thousands of square kilometres, by mistake or by malice. Found
out after hours, a full disk has cost them for nothing.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from contextlib import suppress
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
_STRIPS = 2 * 6 * 4  # rows above and below, channels and weight, bytes of a float; see blending
_HINT = "give an area of interest (--aoi) and assess part by part"


@dataclass(frozen=True)
class Demand:
    """What a run needs.

    Attributes:
        pixels: that are read or written: of the working grid, or of the damage raster where that has more.
        disk: bytes of the working file.
        memory: bytes that grow with the width of the grid.
    """

    pixels: float
    disk: float
    memory: float

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
        return cls(max(pixels, drawn), pixels * (BANDS * packed + features), float(grid.width) * tile_overlap * _STRIPS)


def check_room(demand: Demand, folder: Path) -> None:
    """Refuse a run for which there is no room.

    Args:
        demand: what it needs.
        folder: where the working file goes.

    Raises:
        InputError: more is asked for than any run could do (``too-large``).
        RuntimeFailure: the disk (``disk-space``) or the memory (``memory-space``) is too small for it, or the folder
            is gone (``working-folder``).
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
    memory = available_memory()
    if memory is not None and demand.memory > memory:
        raise RuntimeFailure(
            f"the run needs {_size(demand.memory)} of memory for a scene so wide, {_size(memory)} are available",
            f"close other programs, or {_HINT}", ErrorCode.MEMORY_SPACE,
        )  # fmt: skip


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise RuntimeFailure(
            f"the working folder {folder.name} was moved or removed ({error.strerror})",
            "run again with the output in a folder where nobody else tidies up", "working-folder",
        ) from error  # fmt: skip


class _Status(ctypes.Structure):
    """MEMORYSTATUSEX of Windows."""

    _fields_ = (
        ("length", ctypes.c_uint32), ("load", ctypes.c_uint32), ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64), ("others", ctypes.c_uint64 * 5),
    )  # fmt: skip


def available_memory() -> int | None:
    """Return how many bytes of memory a program could still take without pushing others out, None where unknown."""
    if sys.platform == "win32":
        status = _Status(length=ctypes.sizeof(_Status))
        known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.available) if known else None
    found: list[int] = []
    with suppress(OSError, ValueError, IndexError), open("/proc/meminfo", encoding="ascii") as file:
        lines = [line.split() for line in file if line.startswith("MemAvailable:")]
        found.append(int(lines[0][1]) * 1024)
    with suppress(OSError, ValueError):  # of a container; "max" where there is no limit
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found, default=None)


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
