"""Pipes and devices among the files of an input: GDAL would wait for them for ever.

It opens whatever an address names, and side files by their names alone (``image.IMD``, ``image.tif.aux.xml``). A pipe
without a writer blocks it inside a call that nothing but a second signal ends. A pipe with a writer is of no use to it
either: it goes back and forth in a file.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from .input_files import possible_files


class Pipes:
    """Finds what is neither a file nor a folder; each folder is listed once."""

    def __init__(self) -> None:
        self._listed: dict[Path, tuple[str, ...]] = {}

    def first(self, address: str) -> str | None:
        """Return the pipe, socket or device that an address names or that lies beside its file; None for none.

        Args:
            address: anything GDAL opens.
        """
        for path in possible_files(address):
            try:
                mode = os.stat(path).st_mode
            except (OSError, ValueError):
                continue  # in an archive, on another machine, or no path at all
            if _is_pipe(mode):
                return str(path)
            if stat.S_ISREG(mode):
                beside = path.stem.lower()
                for name in self._of_folder(path.parent):
                    if name.lower().startswith(beside):
                        return str(path.with_name(name))
        return None

    def _of_folder(self, folder: Path) -> tuple[str, ...]:
        if folder not in self._listed:
            self._listed[folder] = ()
            with suppress(OSError), os.scandir(folder) as entries:
                self._listed[folder] = tuple(entry.name for entry in entries if _leads_to_pipe(entry))
        return self._listed[folder]


def _leads_to_pipe(entry: os.DirEntry[str]) -> bool:
    try:
        # only links need a check of their own
        return not entry.is_file(follow_symlinks=False) and not entry.is_dir() and _is_pipe(entry.stat().st_mode)
    except OSError:
        return False  # a link that leads nowhere


def _is_pipe(mode: int) -> bool:
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
