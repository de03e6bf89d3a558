"""Prints of polygon files by what they hold: a copy made anew, in another folder and at another time, is the same.

Areas and footprints that are no file of their own, such as a layer in memory, are written anew for each run.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from .file_prints import file_prints, local_files

_MOST_READ = 2**30  # bytes: reading what is larger could cost more than what is assessed
_SQLITE = b"SQLite format 3\0"
_SQLITE_HEADER = 100  # bytes
# the way of writing and the numbers of changes: a program that only shows a GeoPackage alters them
_SQLITE_COUNTERS = ((18, 20), (24, 28), (92, 100))


def content_print(source: str) -> str:
    """Return the print of what a source of polygons holds, whatever its name, its folder and its time.

    Files of more than a gigabyte count as those of images do, by name, size, time and both ends. Empty for what is no
    local file.

    Args:
        source: a path or an address of OGR.
    """
    digest = hashlib.sha256()
    files = local_files([source])
    try:
        found = [(file, file.stat()) for file in files]
        if sum(stat.st_size for _, stat in found) > _MOST_READ:
            return file_prints([source])
        for file, stat in found:
            digest.update(_contents(file, stat.st_size, stat.st_mtime_ns))
    except OSError:
        return file_prints([source])
    return digest.hexdigest() if files else ""


@lru_cache(maxsize=16)  # the scenes of a batch may have the same footprints
def _contents(file: Path, size: int, time: int) -> bytes:
    """Return the checksum of a file of some size and time."""
    with file.open("rb") as opened:
        begin = bytearray(opened.read(_SQLITE_HEADER))
        if begin.startswith(_SQLITE):
            for first, end in _SQLITE_COUNTERS:
                begin[first:end] = bytes(end - first)
        digest = hashlib.sha256(begin)
        return hashlib.file_digest(opened, lambda: digest).digest()
