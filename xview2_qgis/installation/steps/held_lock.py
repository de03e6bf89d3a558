"""One installation at a time, also with two windows of QGIS: a lock of the system, which ends with its holder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...i18n.translation import tr
from ..outcome import InstallationError


@contextmanager
def held_lock(path: Path) -> Iterator[None]:
    """Hold a lock as long as the block runs.

    Raises:
        InstallationError: another QGIS holds it.
        OSError: the file of the lock cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(handle):
            raise InstallationError(
                tr("The engine is being installed or removed by another window of QGIS."),
                tr("Wait until it has ended there."),
            )
        # the file stays: who removed it would leave two holders, one of a file without a name
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
