"""Stale files: working folders beside an output, of runs that were killed before they could remove them.

A killed process (power, Task Manager, QGIS closing) leaves its working folder, which may be large. What the folder's
own process is doing is never asked: the lock of the output says it, and where that lock may not be seen, the time of
the last write.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .working_folder import KEPT, made_on_this_machine

_QUIET_S = 3600.0  # a run on another machine that shares the folder writes more often
_LONG_QUIET_S = 24 * _QUIET_S  # where locks are unknown, a machine may have slept over night


def remove_stale_files(outputs: Iterable[Path], *, locked: bool) -> None:
    """Delete what killed runs with the same outputs left.

    A run that holds the lock of an output knows that no other run of this machine writes it. The lock of a run on
    another machine may be invisible here, as on some network drives: its files go after an hour without a write.

    Args:
        outputs: files that this run is about to write. Its own working folders are not there yet.
        locked: whether this run holds their locks.
    """
    for output in outputs:
        pattern = re.compile(re.escape(f".{output.name}.work-") + "[a-z0-9_]+")
        # of versions without locks: the number is that of a process, two dots begin working files of a part
        unlocked = re.compile(r"\.?" + re.escape(f".{output.stem}.") + r"(?:part|work)-\d+(?:[-.].*)?")
        with suppress(OSError):
            for path in list(output.parent.iterdir()):
                if pattern.fullmatch(path.name) and not (path / KEPT).exists():
                    stale = locked and made_on_this_machine(path)
                    if stale or _quiet_s(path) > (_QUIET_S if locked else _LONG_QUIET_S):
                        _remove(path)
                elif unlocked.fullmatch(path.name) and _quiet_s(path) > _LONG_QUIET_S:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _quiet_s(folder: Path) -> float:
    """Return how many seconds ago something was written to a folder."""
    inside = folder.rglob("*") if folder.is_dir() and not folder.is_symlink() else ()
    return time.time() - max(float(entry.lstat().st_mtime) for entry in (folder, *inside))
