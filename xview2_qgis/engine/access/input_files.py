"""The files that a run reads from, recognised under whatever name."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ..errors import UsageError
from .layer_address import LayerAddress

_JOINT = re.compile(r"[:,?=&{}]")
_VIRTUAL = re.compile(r"^(?:/vsi[a-z0-9_]+/)+", re.IGNORECASE)
_MOST_JOINTS = 24  # what has more is no address but the data themselves, as a VRT may be


class InputFiles:
    """Collects input files, and recognizes them under other names.

    Names are not compared alone: hard links, mounts, links among the folders and file systems that know no capital
    letters give a file more than one.

    Args:
        outputs: names of the files to be written, and for each the files whose place it takes.
    """

    def __init__(self, outputs: Mapping[Path, Iterable[Path]] | None = None) -> None:
        self._outputs = {path: tuple(replaced) for path, replaced in (outputs or {}).items()}
        self._names: set[Path] = set()
        self._identities: set[tuple[int, ...]] = set()

    def add(self, sources: Iterable[str]) -> None:
        """Add inputs.

        Args:
            sources: paths and GDAL addresses; of opened rasters all files they consist of.

        Raises:
            UsageError: an output would take the place of an input (``output-is-input``).
        """
        for source in sources:
            for name in possible_files(source):
                with suppress(OSError, RuntimeError, ValueError):  # what is no path is no output either
                    self._names.add(name.resolve())
                self._identities |= _identities(name)
        for path, replaced in self._outputs.items():
            if any(file in self for file in replaced):
                raise UsageError(f"{path} is an input", "write the result under another name", "output-is-input")

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, Path):
            return False
        with suppress(OSError, RuntimeError, ValueError):
            if path.resolve() in self._names:
                return True
        mine = _identities(path)
        # asked again: a program may have written an input anew, under the name that it had
        return bool(mine) and not mine.isdisjoint(self._identities.union(*map(_identities, self._names)))


def _identities(path: Path) -> set[tuple[int, ...]]:
    """Return what distinguishes a file from all others; nothing for what is no file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return set()
    if not stat.S_ISREG(found.st_mode) or not found.st_ino:
        return set()
    # a network drive that is connected twice is two devices, which number its files alike
    return {(found.st_dev, found.st_ino), (found.st_ino, found.st_size, found.st_mtime_ns)}


def possible_files(source: str) -> set[Path]:
    """Return the files that a source may be in, also such as have the sign of QGIS's additions in their names.

    Args:
        source: a path, or anything else that GDAL and QGIS open.
    """
    with suppress(ValueError):
        return _names_in(source.split("|")[0]) | _names_in(LayerAddress.parse(source).path)
    return _names_in(source.split("|")[0])


def _names_in(address: str) -> set[Path]:
    """Return the files that an address may name.

    QGIS adds ``|layername=…``, GDAL has ``DRIVER:file:part``, ``vrt://file?…``, ``/vsisubfile/0_9,file``,
    ``/vsicached?file=…`` and ``/vsizip/{file}/part``: whatever begins or ends at one of these signs may be the file,
    and of a part of an archive whatever lies above it.
    """
    plain = address.removeprefix("vrt://")
    joints = list(_JOINT.finditer(plain))[:_MOST_JOINTS]
    begins = [0, *(found.end() for found in joints)]
    ends = [len(plain), *(found.start() for found in joints)]
    texts = {plain[begin:end].strip('"') for begin in begins for end in ends if begin < end}
    names = {Path(text) for text in texts} | {Path(_VIRTUAL.sub("", text)) for text in texts}
    if "/vsi" in plain.lower():
        # "/vsizip//data/pair.zip/pre.tif": the archive is one of the folders
        names |= {parent for name in list(names) for parent in name.parents if parent.name}
    return names
