"""Child processes of an installation: their lines come as they are written, and they end when the user cancels."""

from __future__ import annotations

import os
import queue
import signal

# runs the interpreter of the environment, with a list of arguments of our own and never by a shell
import subprocess  # nosec B404
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...i18n.translation import tr
from ..outcome import InstallationError
from .listener import CancelledError, Listener
from .secrets import Secrets

#: Program that runs a module and ends with QGIS.
START = str(Path(__file__).resolve().with_name("child_start.py"))

# understood by any Python; UTF-8 and lines at once, so that a log can be read while it is written
_OPTIONS = ("-E", "-s", "-X", "utf8", "-u")
_KEPT_LINES = 200
_GRACE_S = 5.0


@dataclass(frozen=True)
class Ended:
    """How a child process ended.

    Attributes:
        code: exit code; negative for a signal.
        lines: last lines of its output, without secrets.
    """

    code: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Children:
    """Starts child processes, one at a time.

    Attributes:
        listener: gets the lines; says when to stop.
        secrets: what is cut out of the lines.
    """

    listener: Listener
    secrets: Secrets

    def run_module(
        self,
        interpreter: str,
        arguments: list[str],
        variables: Mapping[str, str],
        on_line: Callable[[str], bool] = lambda line: False,
    ) -> Ended:
        """Run a module and wait for its end.

        Args:
            interpreter: Python that runs it.
            arguments: name of the module and its arguments; wheels that it comes from may stand before.
            variables: its environment.
            on_line: sees each line first, as it was written, with secrets; takes those it understands out of the log
                by returning True.

        Raises:
            CancelledError: the user stopped it; the process and all that it started are gone.
            InstallationError: the interpreter cannot be started.
        """
        return self.run([interpreter, *_OPTIONS, START, *arguments], variables, on_line)

    def run(
        self, command: list[str], variables: Mapping[str, str], on_line: Callable[[str], bool] = lambda line: False
    ) -> Ended:
        """Run a program and wait for its end; as :meth:`run_module`."""
        self.listener.check()
        try:
            # an interpreter that was tried before, or that of the environment just made
            process = subprocess.Popen(  # nosec B603
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(variables),
                cwd=tempfile.gettempdir(),
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise InstallationError(
                tr("“{python}” cannot be started: {reason}.").format(python=command[0], reason=error.strerror),
                tr("Install again; if it happens again, choose another Python."),
            ) from error
        kept: deque[str] = deque(maxlen=_KEPT_LINES)
        lines = _Lines(process, self.listener)
        try:
            for line in lines:
                clean = self.secrets.clean(line)
                if clean.strip() and not on_line(line):
                    kept.append(clean)
                    self.listener.log(clean)
            return Ended(process.wait(), tuple(kept))
        finally:
            _end(process, lines)


class _Lines:
    """The lines of a process, until it has ended and all was read.

    Attributes:
        complete: whether all was read; not as long as something that the process has started may still write.
    """

    def __init__(self, process: subprocess.Popen[bytes], listener: Listener) -> None:
        self.complete = False
        self._listener = listener
        self._queue: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stream: IO[bytes]) -> None:
        # closed here and nowhere else: that waits for a read, which waits for whoever still holds the other end
        with suppress(OSError), stream:
            for line in stream:
                self._queue.put(line)
        self.complete = True
        self._queue.put(None)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while True:
            if self._listener.cancelled():
                raise CancelledError
            try:
                line = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if line is None:
                raise StopIteration
            return line.decode("utf-8", errors="replace").rstrip("\r\n")


def _end(process: subprocess.Popen[bytes], lines: _Lines) -> None:
    """End a process and what it has started, if any of it runs still, and wait for it."""
    if process.poll() is None or not lines.complete:
        _kill(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        system = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
        with suppress(OSError, subprocess.SubprocessError):
            # the number of our own child, by its full path a program of Windows
            subprocess.run(  # nosec B603
                [os.path.join(system, "taskkill.exe"), "/T", "/F", "/PID", str(process.pid)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_GRACE_S,
                check=False,
                creationflags=subprocess.CREATE_NO_WINDOW,
            )
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
