"""Events as JSON lines, for programs (``--events json``)."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from typing import TextIO

from ...protocol.events import Event, Progress
from .events import EventSink
from .output_stream import writing
from .remaining_time import RemainingTime


class JsonEvents(EventSink):
    """Writes one JSON object per line and nothing else, in ASCII: pipes of Windows know no more.

    Args:
        stream: where to write, standard output by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._remaining = RemainingTime()

    def emit(self, event: Event) -> None:
        """Write the line of an event; that of progress with the time left."""
        if isinstance(event, Progress) and event.eta_s is None:
            event = replace(event, eta_s=self._remaining.estimate(event.stage, event.done, event.total))
        with self._lock, writing(self._stream):
            self._stream.write(event.encode() + "\n")
            self._stream.flush()
