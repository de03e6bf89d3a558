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
        pattern = re.compile(re.escape(f".{output.stem}.") + r"(?:part|work)-(\d+)(?:[-.].*)?")
        with suppress(OSError):
            for path in output.parent.iterdir():
                found = pattern.fullmatch(path.name)
                if found and not _alive(int(found[1])) and time.time() - _last_written(path) > _QUIET_S:
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
        return False  # a signal would end it there; files of a living process cannot be deleted anyway
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
