"""Runs of the engine as QGIS starts it, in surroundings that lack something: each with a process of its own."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.checkout import ROOT
from tests.fuzz import judgement
from tests.fuzz.corpus import Corpus
from tests.fuzz.engine_forks import Ending

_WALL_S = 240.0
_START = [sys.executable, "-E", "-s", "-X", "utf8", "-u", str(ROOT / "xview2_qgis" / "engine_start.py")]
#: The engine on a clock that goes back an hour again and again.
_BACKWARDS = (
    "import runpy, sys, time\nreal, asked = time.time, [0]\n"
    "def back():\n    asked[0] += 1\n    return real() - 3600.0 * asked[0]\n"
    f"time.time = back\nsys.argv = [{_START[-1]!r}, *sys.argv[1:]]\nrunpy.run_path(sys.argv[0], run_name='__main__')\n"
)


@dataclass(frozen=True)
class Surroundings:
    """Where and how the engine runs.

    Attributes:
        folder: of the run, with ``in``, ``out``, ``home`` and ``temporary`` in it.
        variables: what differs from an ordinary environment; None for a variable that is not there.
        limits: numbers of ``resource`` and their values.
        before: what is done in the child before it starts.
        options: what differs in the call.
        backwards: whether the clock goes back.
    """

    folder: Path
    variables: dict[str, str | None] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    before: Callable[[], object] | None = None
    options: dict[str, str] = field(default_factory=dict)
    backwards: bool = False

    def command(self, corpus: Corpus) -> list[str]:
        """Return the call."""
        start = [*_START[:-1], "-c", _BACKWARDS] if self.backwards else _START
        return [*start, *corpus.arguments(self.folder / "out", **self.options), "--overwrite"]

    def environment(self) -> dict[str, str]:
        """Return the variables of the child."""
        folders = {"HOME": "home", "TMPDIR": "temporary", "XVIEW2_CACHE": "cache", "XVIEW2_MODELS": "models"}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        variables = {**kept, "XVIEW2_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        variables |= {name: str(self.folder / folder) for name, folder in folders.items()}
        changed = {**variables, **self.variables}
        return {name: value for name, value in changed.items() if value is not None}

    def start(self, corpus: Corpus) -> subprocess.Popen[bytes]:
        """Start the engine."""
        return subprocess.Popen(
            self.command(corpus), cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=self._limited,
        )  # fmt: skip

    def run(self, corpus: Corpus) -> Ending:
        """Run the engine and wait for its end."""
        with self.start(corpus) as process:
            return ended(process)

    def _limited(self) -> None:
        for number, value in self.limits.items():
            resource.setrlimit(number, (value, value))
        if self.before is not None:
            self.before()


def ended(process: subprocess.Popen[bytes]) -> Ending:
    """Wait for a run and return how it ended."""
    timed_out = False
    try:
        out, err = process.communicate(timeout=_WALL_S)
    except subprocess.TimeoutExpired:
        process.kill()
        timed_out = True
        out, err = process.communicate()
    texts = (text.decode("utf-8", "replace") for text in (out, err))
    return Ending(process.returncode, timed_out, 0.0, *texts, 0.0)


def folder_with_earlier(folder: Path, corpus: Corpus) -> dict[str, bytes]:
    """Make the folders of a run, with an earlier result, and return its files."""
    for name in ("home", "temporary", "cache"):
        (folder / name).mkdir(exist_ok=True)
    shutil.copytree(corpus.earlier, folder / "out", dirs_exist_ok=True)
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def faults(folder: Path, ending: Ending, earlier: dict[str, bytes]) -> list[str]:
    """Return what is wrong with a run and the files that it left."""
    return judgement.said(ending, in_json=False) + judgement.written(folder / "out", ending.code, earlier)
