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

_QUIET_S = 3600.0  # a run on another machine that shares the folder writes more often


def remove_leftovers(outputs: Iterable[Path]) -> None:
    """Delete what earlier runs with the same outputs left: their process is gone and nothing was written for an hour.

    Args:
        outputs: files that a run is about to write.
    """
    for output in outputs:
        # two dots: working files of a part
        pattern = re.compile(r"\.?" + re.escape(f".{output.stem}.") + r"(?:part|work)-(\d+)(?:[-.].*)?")
        left: dict[int, list[Path]] = {}
        with suppress(OSError):
            for path in output.parent.iterdir():
                if found := pattern.fullmatch(path.name):
                    left.setdefault(int(found[1]), []).append(path)
            for process, paths in left.items():
                # one file of a run may rest for long while another one grows
                if not _alive(process) and time.time() - max(map(_last_written, paths)) > _QUIET_S:
                    for path in paths:
                        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _last_written(path: Path) -> float:
    return max((p.stat().st_mtime for p in [path, *(path.iterdir() if path.is_dir() else ())]), default=0.0)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
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
