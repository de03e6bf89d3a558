"""Prints of input files, by which a later run recognises them.

Size, time of the last change and both ends of a file: cheap for images of any size, and noticed is whatever writes a
file anew. What lies behind an address is not asked here; the brightness measured in it tells it apart.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..access.input_files import possible_files

_END = 4096  # bytes of each end that are read
_MOST_READ = 100  # files of a source whose ends are read; of a mosaic of thousands, time and size of the others suffice
_SIDECARS = (".aux.xml", ".qmd", ".qml")  # programs that show an image write them, and no pixel changes


def file_prints(sources: Iterable[str]) -> str:
    """Return the print of all local files that some sources may be in, the same wherever their folder is moved to.

    Args:
        sources: paths and GDAL addresses.
    """
    digest = hashlib.sha256()
    files = local_files(sources)
    for number, file in enumerate(files):
        try:
            found = file.stat()
            digest.update(f"{file.name} {found.st_size} {found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
            if number < _MOST_READ:
                digest.update(_ends(file, found.st_size))
        except OSError:
            digest.update(f"{file.name} cannot be read\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest() if files else ""


def local_files(sources: Iterable[str]) -> list[Path]:
    """Return the local files that some sources may be in, by their names, in whatever folder they are."""
    files = {file for source in sources for name in possible_files(source) for file in _files(name)}
    return sorted(files, key=lambda path: (path.name, str(path)))


def _files(name: Path) -> Iterator[Path]:
    """Yield the files that a name stands for: itself, or what is in the folder of a database."""
    try:
        found = name.stat()
        if stat.S_ISREG(found.st_mode):
            yield name
        elif stat.S_ISDIR(found.st_mode) and name.suffix.lower() in (".gdb", ".zarr", ".safe"):
            yield from (Path(entry.path) for entry in os.scandir(name) if entry.is_file())
    except (OSError, ValueError):
        return


def _ends(file: Path, size: int) -> bytes:
    with file.open("rb") as opened:
        begin = opened.read(_END)
        opened.seek(max(size - _END, 0))
        return begin + opened.read(_END)


def without_sidecars(files: Iterable[str]) -> list[str]:
    """Return files without those that programs lay beside an image that they show."""
    return [file for file in files if not file.lower().endswith(_SIDECARS)]
