"""The command ``xview2`` watched: ``python -m benchmarks.performance.processes.observed REPORT assess …``.

Writes REPORT, a JSON file: CPU seconds of every thread by its name; when each run of a network began and ended, by the
clock that all processes of a machine share (``time.monotonic``); how often and how long it waited for the disk; bytes
written. The command itself is not changed: threads are looked at through the kernel's counters, and sessions of ONNX
Runtime and ``os.fsync`` are timed where they are called.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_EVERY_S = 0.05  # threads that live shorter may be missed; looking takes about a millisecond
_OTHERS = "threads of libraries"  # that Python does not know, such as those inside ONNX Runtime


class _Threads:
    """CPU seconds of the threads of this process, by name; those with one name are added up."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, float]] = {}
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> dict[str, float]:
        """Return the seconds by name."""
        self._done.set()
        self._watcher.join()
        self._look()
        seconds: dict[str, float] = {}
        for name, spent in self._seen.values():
            seconds[name] = seconds.get(name, 0.0) + spent
        seconds.pop("watcher", None)
        return seconds

    def _watch(self) -> None:
        while not self._done.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        names = {thread.native_id: thread.name for thread in threading.enumerate()}
        for task in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # it has just ended
                spent = int((task / "schedstat").read_text().split()[0]) / 1e9
                number = int(task.name)
                # a thread that is ending is known to the kernel for a moment longer than to Python
                known = self._seen.get(number, (_OTHERS, 0.0))[0]
                self._seen[number] = names.get(number, known), spent


class _Syncs:
    """Calls that wait until something is on the disk."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def watch(self) -> None:
        """Count and time all calls from now on."""
        for name in ("fsync", "fdatasync"):
            if hasattr(os, name):
                setattr(os, name, self._timed(getattr(os, name)))

    def _timed(self, function: Callable[[Any], None]) -> Callable[[Any], None]:
        def sync(file: Any) -> None:  # noqa: ANN401 - a number or a file
            begun = time.monotonic()
            function(file)
            self.count, self.seconds = self.count + 1, self.seconds + time.monotonic() - begun

        return sync


class _Runs:
    """Calls of sessions of ONNX Runtime."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def watch(self) -> None:
        """Time all calls from now on."""
        import onnxruntime

        for name in ("run", "run_with_iobinding"):
            setattr(onnxruntime.InferenceSession, name, self._timed(getattr(onnxruntime.InferenceSession, name)))

    def _timed(self, method: Any) -> Any:  # noqa: ANN401 - whatever the session's method takes and returns
        def run(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
            begun = time.monotonic()
            try:
                return method(*given, **named)
            finally:
                self.times.append((begun, time.monotonic()))

        return run


def _written() -> int:
    """Return the bytes that this process caused to be written to a disk."""
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        name, value = line.split(": ")
        if name == "write_bytes":
            return int(value)
    return 0


def main() -> int:
    """Run the command and write the report."""
    report, arguments = Path(sys.argv[1]), sys.argv[2:]
    threads, runs, syncs = _Threads(), _Runs(), _Syncs()
    threads.start()
    runs.watch()
    syncs.watch()
    from xview2_qgis.engine.cli import main as command

    sys.argv[:] = ["xview2", *arguments]
    code = int(command() or 0)
    said = {
        "runs": runs.times, "threads": threads.stop(), "cpu": time.process_time(),
        "syncs": syncs.count, "sync_seconds": syncs.seconds, "written": _written(),
    }  # fmt: skip
    report.write_text(json.dumps(said), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
