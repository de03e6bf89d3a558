"""Events: what a run tells its user, as text for people or as JSON lines for programs."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol, TextIO

from ...protocol.plain_text import printable
from ..errors import ListenerLost

_RECENT_STEPS = 8  # that the estimate of the time left is made from
_LEAST_STEPS = 2  # of two that end together, as those of two networks at work do, one tells nothing about the pace


class EventSink(Protocol):
    """Where a run reports to. All methods may be called from any thread."""

    def started(self, **facts: object) -> None:
        """Report that the run has begun, with its parameters."""

    def progress(self, stage: str, done: int, total: int) -> None:
        """Report progress of a stage. ``stage`` is one of ``prepare``, ``infer``, ``objects``, ``write``."""

    def warning(self, code: str, message: str) -> None:
        """Report something the user should know."""

    def result(self, **facts: object) -> None:
        """Report the finished run."""

    def error(self, code: str, message: str, hint: str) -> None:
        """Report why the run failed."""

    def cancelled(self) -> None:
        """Report that the run stopped because the user asked."""


@contextmanager
def telling(stream: TextIO) -> Iterator[None]:
    """Tell an error of a stream from those of other files.

    Raises:
        ListenerLost: nothing can be written to the stream.
    """
    try:
        yield
    except OSError as error:
        _silence(stream)
        raise ListenerLost(
            f"what this command says cannot be written ({error.strerror})", "see where its output goes",
            "broken-pipe" if isinstance(error, BrokenPipeError) else "output-lost",
        ) from error  # fmt: skip


def _silence(stream: TextIO) -> None:
    """Let a stream that is broken lead nowhere, so that what is still in it fails no more when the program ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class RemainingTime:
    """Estimates the seconds left of each stage from its own recent pace.

    The first step of a stage pays for warm-up and does not count. Of the steps after it the last few do: tiles at the
    border of an image are quicker than those in its middle, and other programs come and go.
    """

    def __init__(self) -> None:
        self._recent: dict[str, deque[tuple[float, int]]] = {}

    def estimate(self, stage: str, done: int, total: int) -> float | None:
        """Return seconds left of ``stage``, or None while too little is known."""
        now = time.monotonic()
        recent = self._recent.setdefault(stage, deque(maxlen=_RECENT_STEPS + 1))
        if recent and done < recent[-1][1]:  # it begins anew
            recent.clear()
        if done > 0 and (not recent or done > recent[-1][1]):
            recent.append((now, done))
        if not recent or done - recent[0][1] < _LEAST_STEPS:
            return None
        (start, first), (_, last) = recent[0], recent[-1]
        return round((now - start) / (last - first) * (total - done), 1)


class HeldProgress:
    """Passes everything on, but keeps progress back until :meth:`release`; of what was kept back the last is told.

    For a stage that begins while the one before it still goes on.

    Args:
        events: who is told.
    """

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._held = True
        self._last: tuple[str, int, int] | None = None
        self.started, self.warning, self.result = events.started, events.warning, events.result
        self.error, self.cancelled = events.error, events.cancelled

    def progress(self, stage: str, done: int, total: int) -> None:
        """Report progress, now or later."""
        with self._lock:
            if self._held:
                self._last = stage, done, total
            else:
                self._events.progress(stage, done, total)

    def release(self) -> None:
        """Tell what was kept back, and from now on everything at once."""
        with self._lock:
            self._held = False
            if self._last is not None:
                self._events.progress(*self._last)


class JsonEvents:
    """Writes one JSON object per line and nothing else (``--events json``), in ASCII: pipes of Windows know no more.

    Args:
        stream: where to write, standard output by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._remaining = RemainingTime()

    def _write(self, event: str, **facts: object) -> None:
        with self._lock, telling(self._stream):
            self._stream.write(json.dumps({"event": event, **facts}) + "\n")
            self._stream.flush()

    def started(self, **facts: object) -> None:
        """Write a ``started`` line."""
        self._write("started", **facts)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Write a ``progress`` line with the time left (``eta_s``, null while unknown)."""
        eta = self._remaining.estimate(stage, done, total)
        self._write("progress", stage=stage, done=done, total=total, eta_s=eta)

    def warning(self, code: str, message: str) -> None:
        """Write a ``warning`` line."""
        self._write("warning", code=code, message=message)

    def result(self, **facts: object) -> None:
        """Write the ``result`` line."""
        self._write("result", **facts)

    def error(self, code: str, message: str, hint: str) -> None:
        """Write the ``error`` line."""
        self._write("error", code=code, message=message, hint=hint)

    def cancelled(self) -> None:
        """Write the ``cancelled`` line."""
        self._write("cancelled")


class TextEvents:
    """Writes for people: progress to standard error, the result to standard output (``--events text``)."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._lock = threading.Lock()
        self._remaining = RemainingTime()
        self._shown = 0.0
        self._open_line = False

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Write to standard error: where that is a full disk, the work goes on without; not so if its reader left."""
        try:
            with telling(self._err):
                yield
        except ListenerLost as error:
            if error.code == "broken-pipe":
                raise

    def _line(self, stream: TextIO, text: str) -> None:
        with self._lock, self._aside() if stream is self._err else telling(stream):
            if self._open_line:
                self._err.write("\n")
                self._open_line = False
            stream.write(text + "\n")
            stream.flush()

    def started(self, **facts: object) -> None:
        """Show the parameters that matter."""
        self._line(
            self._err, "assessing " + printable(", ".join(f"{k} {v}" for k, v in facts.items() if v is not None))
        )

    def progress(self, stage: str, done: int, total: int) -> None:
        """Show a line that is overwritten on a terminal, and at most one line every five seconds elsewhere."""
        eta = self._remaining.estimate(stage, done, total)
        terminal = self._err.isatty()
        now = time.monotonic()
        if done < total and now - self._shown < (0.1 if terminal else 5.0):
            return
        left = "" if eta is None or done >= total else f", {int(eta // 60)}:{int(eta % 60):02d} left"
        text = f"{stage}: {done}/{total}{left}"
        with self._lock, self._aside():
            self._shown = now
            if terminal:
                self._err.write(f"\r\x1b[K{text}")
                self._open_line = done < total
                if done >= total:
                    self._err.write("\n")
            else:
                self._err.write(text + "\n")
            self._err.flush()

    def warning(self, code: str, message: str) -> None:
        """Show a warning."""
        del code  # for programs
        self._line(self._err, f"warning: {printable(message)}")

    def result(self, **facts: object) -> None:
        """Show the result."""
        self._line(
            self._out, "\n".join(printable(f"{key}: {value}") for key, value in facts.items() if value is not None)
        )

    def error(self, code: str, message: str, hint: str) -> None:
        """Show the one error line."""
        del code  # for programs
        self._line(self._err, f"error: {message}: {hint}")

    def cancelled(self) -> None:
        """Say that the run was cancelled."""
        self._line(self._err, "cancelled")
