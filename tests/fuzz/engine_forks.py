"""Runs of the engine, each in a fork of one process, with limits of time and processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import ROOT

_WALL_S = 240.0  # of a run that takes a second on a quiet machine
_CPU_S = 60


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        code: exit code; negative for a signal.
        timed_out: it was killed, because it went on for ever.
        peak_mb: most memory it had.
        out: standard output.
        err: standard error.
        seconds: how long it took.
    """

    code: int
    timed_out: bool
    peak_mb: float
    out: str
    err: str
    seconds: float


class EngineForks:
    """The process that forks. Use as a context."""

    def __init__(self) -> None:
        self._logs = tempfile.TemporaryDirectory()
        threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "XVIEW2_THREADS")}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.fork_server"],
            cwd=ROOT, env={**os.environ, **threads, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._server.stdout.readline() == "ready\n", "the engine cannot be loaded"

    def __enter__(self) -> EngineForks:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stdin.close()
        self._server.wait(10)
        self._logs.cleanup()

    def run(self, arguments: list[str], folder: Path, environment: dict[str, str]) -> Ending:
        """Run the engine in a folder and return how it ended."""
        out, err = (Path(self._logs.name) / name for name in ("out", "err"))
        request = {
            "arguments": arguments, "folder": str(folder), "environment": environment, "stdout": str(out),
            "stderr": str(err), "wall_s": _WALL_S, "cpu_s": _CPU_S,
        }  # fmt: skip
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        # as bytes: a carriage return would else be taken for the end of a line
        texts = (path.read_bytes().decode("utf-8", "replace") for path in (out, err))
        return Ending(answer["code"], answer["timed_out"], answer["peak_mb"], *texts, answer["seconds"])
