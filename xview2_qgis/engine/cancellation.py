"""Cancelling a run: a line ``cancel`` on standard input, SIGINT or SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading

from .errors import Cancelled


class Cancellation:
    """A wish to stop that every stage looks at between two tiles. Thread safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask the run to stop."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` if somebody asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def listen(self, *, to_stdin: bool) -> None:
        """Listen to SIGINT, SIGTERM and to lines on standard input. Call once, from the main thread.

        Args:
            to_stdin: whether standard input is for us. In a loop of the shell it is the list the loop reads.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.request())
        if not to_stdin:
            return
        # Windows has no SIGTERM that a parent could send gently; the line on stdin works everywhere
        threading.Thread(target=self._read_stdin, name="cancel-listener", daemon=True).start()

    def _read_stdin(self) -> None:
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            return
        for line in sys.stdin:
            if line.strip() == "cancel":
                self.request()
                return
