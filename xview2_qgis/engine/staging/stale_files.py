"""Leftovers: hidden files beside an output, of runs that were killed before they could clean up.

A killed process (power, Task Manager, QGIS closing) leaves its working folder, which may be large.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .working_folder import KEPT, note_of_this_machine

_QUIET_S = 3600.0  # a run on another machine that shares the folder writes more often
_LONG_QUIET_S = 24 * _QUIET_S  # where locks are unknown, a machine may have slept over night


def remove_leftovers(outputs: Iterable[Path], *, locked: bool) -> None:
    """Delete what earlier runs with the same outputs left.

    Who holds the lock of an output knows that no other run of this machine writes it. Of another machine the lock may
    be unknown here, as on some network drives: what it wrote goes after an hour in which nothing was written.

    Args:
        outputs: files that this run is about to write. Its own working folders are not there yet.
        locked: whether this run holds their locks.
    """
    for output in outputs:
        with suppress(OSError):
            names = [path.name for path in output.parent.iterdir() if path.name.startswith(".")]
            _remove_folders(output, names, locked)
            _remove_unlocked(output, names)


def _remove_folders(output: Path, names: Iterable[str], locked: bool) -> None:
    """Delete working folders of this output whose run is dead."""
    pattern = re.compile(re.escape(f".{output.name}.work-") + "[a-z0-9_]+")
    for name in names:
        folder = output.with_name(name)
        if not pattern.fullmatch(name) or (folder / KEPT).exists():
            continue
        dead = locked and note_of_this_machine(folder)
        if dead or _quiet_s([folder]) > (_QUIET_S if locked else _LONG_QUIET_S):
            _remove(folder)


def _remove_unlocked(output: Path, names: Iterable[str]) -> None:
    """Delete what older versions left, which knew no locks: the number in the names is that of the process."""
    # two dots: working files of a part
    pattern = re.compile(r"\.?" + re.escape(f".{output.stem}.") + r"(?:part|work)-(\d+)(?:[-.].*)?")
    left: dict[int, list[Path]] = {}
    for name in names:
        if found := pattern.fullmatch(name):
            left.setdefault(int(found[1]), []).append(output.with_name(name))
    for process, paths in left.items():
        # one file of a run may rest for long while another one grows
        if not _alive(process) and _quiet_s(paths) > _QUIET_S:
            for path in paths:
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _quiet_s(paths: Iterable[Path]) -> float:
    """Return how many seconds ago something was written to any of the files and folders."""
    return time.time() - max(map(_last_written, paths))


def _last_written(path: Path) -> float:
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max(float(entry.lstat().st_mtime) for entry in [path, *inside])


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False  # ours leaves no such files: a dead one had the same number, as in containers
    if sys.platform == "win32":
        return _alive_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


if sys.platform == "win32":

    def _alive_on_windows(process: int) -> bool:
        import ctypes

        query, still_active, access_denied = 0x1000, 259, 5  # names of the Windows API
        library = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = library.OpenProcess(query, False, process & 0xFFFFFFFF)
        if not handle:
            return ctypes.get_last_error() == access_denied
        code = ctypes.c_ulong()
        library.GetExitCodeProcess(handle, ctypes.byref(code))
        library.CloseHandle(handle)
        return code.value == still_active
