"""Files of locks, which go with the lock they stood for."""

from __future__ import annotations

import os
from contextlib import suppress

from filelock import BaseFileLock


def release_and_remove(lock: BaseFileLock) -> None:
    """Give a lock back and remove its file, as far as that is possible."""
    with suppress(OSError, RuntimeError):
        if os.name != "nt":  # first, or the next one would lock a file that is about to go
            os.unlink(lock.lock_file)
    with suppress(OSError, RuntimeError):
        lock.release(force=True)
    with suppress(OSError):
        if os.name == "nt":  # an open file cannot be removed there
            os.unlink(lock.lock_file)
