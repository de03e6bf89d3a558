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
    """Tells whether somebody still listens, without writing or reading anything.

    What counts is the reader of standard output, where that is a pipe. Where it is none, the run is alone when both its
    parent and the writer of standard input have gone since it began. Neither of the two says enough: cron,
    ``< /dev/null`` and ``subprocess.run(input=…)`` give a standard input that ends at once, and a shell that ends
    leaves its ``nohup`` runs behind. On Windows, where pipes cannot be asked, the parent alone counts.

    Args:
        output: where events go.
        wishes: where a line ``cancel`` may come from; None for nowhere.
    """

    def __init__(self, output: TextIO, wishes: TextIO | None) -> None:
        self._output, self._wishes = _pipe(output), _pipe(wishes)
        if self._wishes is not None and _other_end_closed(self._wishes):
            self._wishes = None
        self._parent = _Parent()

    def gone(self) -> bool:
        """Whether nobody listens any more; False where that cannot be told."""
        if sys.platform == "win32":
            return (self._output is not None or self._wishes is not None) and self._parent.ended()
        if self._output is not None:
            return _other_end_closed(self._output)
        return self._wishes is not None and _other_end_closed(self._wishes) and self._parent.ended()


def _other_end_closed(descriptor: int) -> bool:
    """Whether nobody is left at the other end of a pipe; what is still in it does not count."""
    if sys.platform == "win32":
        return False
    asked = select.poll()
    asked.register(descriptor, 0)  # errors are always told
    return any(told & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, told in asked.poll(0))


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

    On Windows its number stays, and may be given to another process; its handle is not.
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
        """Whether it has ended; False where that cannot be told."""
        if sys.platform != "win32":
            return os.getppid() != self._number  # another one has taken us over
        if not self._handle:
            return False
        import ctypes

        library = ctypes.WinDLL("kernel32", use_last_error=True)
        return bool(library.WaitForSingleObject(ctypes.c_void_p(self._handle), 0) == 0)
