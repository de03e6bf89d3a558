"""Working folders that are held by a lock, so that those of killed processes can be told from those in use.

For folders without an output whose lock could say it: many processes install models or unpack bundles side by side.

A lock of the operating system ends with its process, however that ends. Where locks are unknown (some network drives)
no folder is ever taken for a dead one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_LOCK = ".in-use"
_TRIES = 5
_WITHOUT_LOCK_S = 86400.0  # of a folder whose process had no time to lock it, or knew no locks


@contextmanager
def held_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder that is held as long as the block runs, and removed afterwards.

    Args:
        parent: folder in which it is made.
        prefix: beginning of its name; the rest is by chance.

    Raises:
        OSError: it cannot be made.
    """
    folder, lock = _make(parent, prefix)
    try:
        yield folder
    finally:
        # Windows removes no file that is open; from here on another process may remove the folder, too
        if lock is not None:
            lock.release()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def dead_folder(folder: Path) -> Iterator[bool]:
    """Yield whether a folder's process is dead.

    If so, the folder is held by this block, and removed afterwards unless an error leaves the block.

    Args:
        folder: one that :func:`held_folder` has made.
    """
    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    try:
        known = (folder / _LOCK).exists() or time.time() - folder.stat().st_mtime > _WITHOUT_LOCK_S
        if known:
            lock.acquire()
    except (OSError, Timeout, NotImplementedError):
        known = False
    try:
        yield known
    finally:
        lock.release()
    if known:
        shutil.rmtree(folder, ignore_errors=True)


def _make(parent: Path, prefix: str) -> tuple[Path, FileLock | None]:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError):  # another process removed it as a stale one
            continue
        except (OSError, NotImplementedError):  # no locks here
            return folder, None
        if folder.is_dir():
            return folder, lock
        with suppress(OSError):
            lock.release()
    raise OSError(f"no folder can be made in {parent}")
