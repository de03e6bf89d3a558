"""The listener: the program that started the engine and reads its events.

Where it died, nobody will ever use what the engine computes, and nobody is left to stop it.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TextIO

if sys.platform != "win32":
    import select


class Listener:
    """Tells whether somebody still listens, without writing anything.

    A standard input that ends says nothing: cron, ``nohup``, ``< /dev/null`` and ``subprocess.run(input=…)`` give one
    that ends at once. Nor does a parent that ended, as a shell does that left a run behind. What counts is the reader
    of standard output, where that is a pipe; on Windows, where it cannot be asked, the parent.

    Args:
        stream: where events go.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._descriptor = _pipe(stream or sys.stdout)
        self._parent = _Parent() if self._descriptor is not None else None

    def gone(self) -> bool:
        """Whether nobody listens any more; False where that cannot be told."""
        if self._descriptor is None:
            return False
        if sys.platform == "win32":
            return self._parent is not None and self._parent.ended()
        asked = select.poll()
        asked.register(self._descriptor, 0)  # errors are always told
        return any(told & (select.POLLERR | select.POLLHUP) for _, told in asked.poll(0))


def _pipe(stream: TextIO) -> int | None:
    """Return the descriptor of a stream that leads to another program, None for a file, a terminal or nowhere."""
    try:
        descriptor = stream.fileno()
        mode = os.fstat(descriptor).st_mode
    except (OSError, ValueError):
        return None
    return descriptor if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


class _Parent:
    """The process that started this one, on Windows. Its number may be given to another one, its handle not."""

    def __init__(self) -> None:
        self._handle: int | None = None
        if sys.platform == "win32":
            import ctypes

            synchronize = 0x00100000  # name of the Windows API
            library = ctypes.WinDLL("kernel32", use_last_error=True)
            library.OpenProcess.restype = ctypes.c_void_p
            self._handle = library.OpenProcess(synchronize, False, os.getppid())

    def ended(self) -> bool:
        if sys.platform == "win32" and self._handle:
            import ctypes

            library = ctypes.WinDLL("kernel32", use_last_error=True)
            return bool(library.WaitForSingleObject(ctypes.c_void_p(self._handle), 0) == 0)
        return False
