"""Cancelling a run: a line ``cancel`` on standard input, SIGINT or SIGTERM."""

from __future__ import annotations

import io
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

    def check(self) -> None:
        """Raise :class:`Cancelled` if somebody asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def listen_to_signals(self) -> None:
        """Listen to SIGINT and SIGTERM. Call once, from the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.request())

    def listen_to_stdin(self) -> None:
        """Listen to lines on standard input, which works on Windows, where a parent has no gentle SIGTERM to send.

        Call it after the large imports: on Windows a library that looks at standard input while it is loaded waits for
        the thread that reads from it (https://github.com/numpy/numpy/issues/24290).
        """
        threading.Thread(target=self._read_stdin, name="cancel-listener", daemon=True).start()

    def _read_stdin(self) -> None:
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            return
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # bytes of another encoding must not end the listening
        for line in sys.stdin:
            if line.strip() == "cancel":
                self.request()
                return
