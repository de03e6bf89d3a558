"""Events as text, for people (``--events text``).

The progress line is our own: tqdm and rich were tried, and cost 0.04 s at every start and a dependency of the engine to
save a dozen lines; whole lines every few seconds where there is no terminal, and the time left, stay with us anyway.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from ...protocol.codes import ErrorCode
from ...protocol.events import (
    Event,
    Failed,
    ImageFacts,
    PairFacts,
    Progress,
    Result,
    SceneReport,
    Started,
    Stopped,
    Warned,
)
from ...protocol.plain_text import printable
from ..errors import ListenerLost
from .events import EventSink
from .output_stream import writing
from .remaining_time import RemainingTime

_TERMINAL_S, _FILE_S = 0.1, 5.0  # between two states of the progress


class TextEvents(EventSink):
    """Writes progress, warnings and errors to standard error, the result to standard output.

    Args:
        out: where the result goes, standard output by default.
        err: where everything else goes, standard error by default.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._lock = threading.Lock()
        self._remaining = RemainingTime()
        self._shown = 0.0
        self._open_line = False

    def emit(self, event: Event) -> None:
        """Write an event."""
        match event:
            case Progress():
                self._progress(event)
            case Started():
                told = ", ".join(f"{k} {v}" for k, v in vars(event).items() if v is not None)
                self._line(self._err, f"assessing {printable(told)}")
            case Warned():
                self._line(self._err, f"warning: {printable(event.message)}")
            case Result() | ImageFacts() | PairFacts():
                # most commands have no figures of their own
                facts = {k: v for k, v in vars(event).items() if k != "figures" or v}
                self._line(self._out, "\n".join(printable(f"{k}: {v}") for k, v in facts.items()))
            case SceneReport():
                self._scene(event)
            case Failed():
                self._line(self._err, f"error: {event.message}: {event.hint}")
                self._kept(event)
            case Stopped():
                self._line(self._err, "cancelled")
                self._kept(event)

    def _kept(self, event: Failed | Stopped) -> None:
        """Write as the last line what the next run need not do again."""
        if event.kept_rows:
            part = "all" if event.kept_rows >= event.rows else f"{event.kept_rows} of {event.rows}"
            self._line(self._err, f"kept {part} rows of tiles: go on with --resume")

    def _scene(self, event: SceneReport) -> None:
        """Write one line for a scene that is done with; where it fails, to standard error."""
        head = f"[{event.number}/{event.total}] {event.id}: "
        if event.status == "failed":
            self._line(self._err, printable(f"{head}failed: {event.message}: {event.hint}"))
        elif event.status != "started":
            counts = ", ".join(f"{count} {name}" for name, count in reversed(event.counts.items()) if count)
            took = event.status if event.seconds is None else f"{event.seconds:.1f} s"
            told = f"{event.buildings} buildings{f' ({counts})' if counts else ''}, {took}"
            self._line(self._out, printable(f"{head}{told}"))

    def _progress(self, event: Progress) -> None:
        """Write a line that is overwritten on a terminal, and at most one line every five seconds elsewhere."""
        stage, done, total = event.stage, event.done, event.total
        eta = self._remaining.estimate(stage, done, total) if event.eta_s is None else event.eta_s
        terminal = self._err.isatty()
        now = time.monotonic()
        if done < total and now - self._shown < (_TERMINAL_S if terminal else _FILE_S):
            return
        left = "" if eta is None or done >= total else f", {int(eta // 60)}:{int(eta % 60):02d} left"
        text = f"{stage}: {done:g}/{total:g}{left}"
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

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Write to standard error: if that is a full disk, the work goes on without; not so if its reader left."""
        try:
            with writing(self._err):
                yield
        except ListenerLost as error:
            if error.code == ErrorCode.BROKEN_PIPE:
                raise

    def _line(self, stream: TextIO, text: str) -> None:
        with self._lock, self._aside() if stream is self._err else writing(stream):
            if self._open_line:
                self._err.write("\n")
                self._open_line = False
            stream.write(text + "\n")
            stream.flush()
