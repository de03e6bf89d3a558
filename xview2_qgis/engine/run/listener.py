"""The listener: the program that started the engine and reads its events.

Once it has ended, the result will not be used, and no program is left to cancel the run.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TextIO

if sys.platform != "win32":
    import select


class Listener:
    """Detects that the listener is gone, without writing or reading anything.

    What counts is the reader of standard output, where that is a pipe. Otherwise the listener is gone when both the
    parent process and the writer of standard input have ended since the run began. Neither of the two is enough: cron,
    ``< /dev/null`` and ``subprocess.run(input=…)`` give a standard input that ends at once, and a shell that ends
    leaves its ``nohup`` runs behind. On Windows, where pipes cannot be polled, the parent alone counts.

    Args:
        output: where events go.
        requests: where a line ``cancel`` may come from; None for nowhere.
    """

    def __init__(self, output: TextIO, requests: TextIO | None) -> None:
        self._output, self._requests = _pipe(output), _pipe(requests)
        if self._requests is not None and _other_end_closed(self._requests):
            self._requests = None
        self._parent = _Parent()

    def gone(self) -> bool:
        """Return True if the listener is gone; False where that is unknown."""
        if sys.platform == "win32":
            return (self._output is not None or self._requests is not None) and self._parent.ended()
        if self._output is not None:
            return _other_end_closed(self._output)
        return self._requests is not None and _other_end_closed(self._requests) and self._parent.ended()


def _other_end_closed(descriptor: int) -> bool:
    """Return True if the other end of a pipe is closed; what is still in it does not count."""
    if sys.platform == "win32":
        return False
    poll = select.poll()
    poll.register(descriptor, 0)  # errors are always reported
    return any(state & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, state in poll.poll(0))


def _pipe(stream: TextIO | None) -> int | None:
    """Return the descriptor of a stream that leads to another program, None for a file, a terminal or nowhere."""
    if stream is None:
        return None
    try:
        descriptor = stream.fileno()
        mode = os.fstat(descriptor).st_mode
    except (OSError, ValueError):
        return None
    return descriptor if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


class _Parent:
    """The process that started this one.

    On Windows its number is kept and may be given to another process; its handle is not.
    """

    def __init__(self) -> None:
        self._number = os.getppid()
        self._handle: int | None = None
        if sys.platform == "win32":
            import ctypes

            synchronize = 0x00100000  # name of the Windows API
            library = ctypes.WinDLL("kernel32", use_last_error=True)
            library.OpenProcess.restype = ctypes.c_void_p
            self._handle = library.OpenProcess(synchronize, False, self._number)

    def ended(self) -> bool:
        """Return True if it has ended; False where that is unknown."""
        if sys.platform != "win32":
            return os.getppid() != self._number  # this process has been adopted by another one
        if not self._handle:
            return False
        import ctypes

        library = ctypes.WinDLL("kernel32", use_last_error=True)
        return bool(library.WaitForSingleObject(ctypes.c_void_p(self._handle), 0) == 0)
