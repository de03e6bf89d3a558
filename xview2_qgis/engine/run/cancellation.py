"""Cancelling a run: by a line ``cancel`` on standard input, a signal, or the end of the program that listens."""

from __future__ import annotations

import io
import operator
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import Cancelled
from .listener import Listener

#: Signals that ask a program to end: Ctrl+C, a task manager, a terminal that was closed.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]  # fmt: skip
#: Those of a terminal that is closed: the shell and the system both send them, one after the other.
_OFTEN_TWICE = [getattr(signal, name) for name in ("SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_LISTENER_S = 1.0  # between two checks of the listener
_ALONE_S = 2.0  # grace period of a run without a listener
_TIDY_S = 2.0  # time limit for removing the working files when the process ends at once


class Cancellation:
    """A request to stop that every stage checks between two tiles. Thread safe."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._tidy: Callable[[], None] = lambda: None

    def request(self) -> None:
        """Ask the run to stop."""
        self._event.set()

    def check(self) -> None:
        """Raise :class:`Cancelled` if the run is to stop."""
        if self._event.is_set():
            raise Cancelled

    @contextmanager
    def ending_with(self, tidy: Callable[[], None]) -> Iterator[None]:
        """Call a function before the process ends at once, if that happens inside the block.

        Args:
            tidy: removes working files; called from another thread.
        """
        self._tidy = tidy
        try:
            yield
        finally:
            self._tidy = lambda: None

    def listen_to_signals(self) -> None:
        """Listen to SIGINT, SIGTERM, SIGHUP and SIGBREAK. Call once, from the main thread.

        The first one requests to stop. A second one ends the process at once, with exit code 130, even while the main
        thread is inside a library that never returns: a separate thread receives them.
        """
        receiver, sender = socket.socketpair()
        sender.setblocking(False)
        signal.set_wakeup_fd(sender.detach(), warn_on_full_buffer=False)
        threading.Thread(target=self._receive_signals, args=(receiver,), name="signal-listener", daemon=True).start()
        for number in _SIGNALS:
            if number in _OFTEN_TWICE and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup
            # any function that does nothing and is not written in Python: one that is can be interrupted by the next
            # signal, and that by the next, until the stack is full, or while it holds a lock that the next one wants
            signal.signal(number, operator.is_)

    def listen_to_stdin(self) -> None:
        """Listen to lines on standard input, which also works on Windows, where a parent cannot send SIGTERM.

        Call it after the large imports: on Windows a library that queries standard input while it is loaded waits for
        the thread that reads from it (https://github.com/numpy/numpy/issues/24290).
        """
        threading.Thread(target=self._read_stdin, name="cancel-listener", daemon=True).start()

    def end_without(self, listener: Listener) -> None:
        """End the run soon after its listener is gone, if need be in the middle of a tile."""
        threading.Thread(target=self._watch, args=(listener,), name="listener-watch", daemon=True).start()

    def _receive_signals(self, receiver: socket.socket) -> None:
        requests = 0
        while received := receiver.recv(1):
            requests += received[0] in (signal.SIGINT, signal.SIGTERM) or requests == 0
            self.request()
            if requests > 1:
                self._end_at_once()

    def _watch(self, listener: Listener) -> None:
        while not listener.gone():
            time.sleep(_LISTENER_S)
        self.request()
        time.sleep(_ALONE_S)
        self._end_at_once()

    def _end_at_once(self) -> None:
        tidying = threading.Thread(target=self._tidy, name="tidying", daemon=True)
        tidying.start()
        tidying.join(_TIDY_S)  # a disk that is no longer there must not block the end
        os._exit(Cancelled.exit_code)

    def _read_stdin(self) -> None:
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            return
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # bytes of another encoding must not end the listening
        for line in sys.stdin:
            if line.strip() == "cancel":
                self.request()
                return
