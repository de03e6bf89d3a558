"""The suite: its parts, each run in a process of its own, with the record written after each."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from .machine import Machine
from .part import Part
from .parts import (
    batch,
    cluster,
    deepness,
    empty,
    gpu,
    memory,
    plugin_import,
    resume,
    shares,
    start_up,
    throughput,
    wall,
)
from .record import PartRecord, Record, State, read_record
from .settings import Settings

#: In the order of the page.
PARTS: tuple[Part, ...] = (
    wall.PART,
    memory.PART,
    start_up.PART,
    shares.PART,
    throughput.PART,
    gpu.PART,
    empty.PART,
    resume.PART,
    batch.PART,
    cluster.PART,
    plugin_import.PART,
    deepness.PART,
)

#: Exit codes of the process of a part.
MEASURED, SKIPPED = 0, 4


@dataclass(frozen=True)
class Suite:
    """A run of the suite.

    Attributes:
        settings: how to measure.
        path: of the record.
        minutes: for the whole run; a part that does not fit into what is left of them is skipped.
    """

    settings: Settings
    path: Path
    minutes: float

    def measure(self, names: Sequence[str]) -> Record:
        """Measure parts and return the record, with those of an earlier run of this machine that were not asked for."""
        machine, end = Machine.here(), time.monotonic() + self.minutes * 60
        record = Record(machine, {}, _commit())
        if self.path.exists() and (earlier := read_record(self.path)).machine == machine:
            record = replace(record, parts=earlier.parts)
        for part in PARTS:
            if part.name not in names:
                continue
            print(f"{part.title} …", flush=True)
            done = self._measured(part, min(part.minutes, (end - time.monotonic()) / 60))
            record = record.with_part(done)
            record = replace(record, parts={p.name: record.parts[p.name] for p in PARTS if p.name in record.parts})
            record.write(self.path)
            _tell(done)
        return record

    def _measured(self, part: Part, minutes: float) -> PartRecord:
        """Measure a part in a process of its own, so that neither its memory nor its end touches the others."""
        begun = time.monotonic()
        answer = self.settings.folder / f"{part.name}.json"
        answer.unlink(missing_ok=True)
        given = json.dumps({"part": part.name, "answer": str(answer)} | asdict(self.settings), default=str)
        state: State = "failed"
        if minutes <= 0:
            reason = f"the {self.minutes:g} minutes of the run were over"
        else:
            code, reason = _run(["-m", "benchmarks.performance.child", given], minutes * 60)
            if code == MEASURED and answer.exists():
                state, reason = "measured", ""
            elif code == SKIPPED:
                state = "skipped"
        record = PartRecord(
            part.name, part.title, f"python -m benchmarks --only {part.name}", state, reason,
            datetime.now(UTC).date().isoformat(), round(time.monotonic() - begun, 1), self.settings.quick,
        )  # fmt: skip
        if state != "measured":
            return record
        return PartRecord.read(asdict(record) | {"outcome": json.loads(answer.read_text(encoding="utf-8"))})


def _run(arguments: list[str], seconds: float) -> tuple[int, str]:
    """Run ``python arguments…`` with all its children, and return its exit code and its last line."""
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return -1, f"it took longer than {seconds / 60:.1f} minutes"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left
        process.wait()
    lines = output.decode(errors="replace").strip().splitlines()
    return process.returncode, lines[-1] if lines else f"it ended with {process.returncode} and said nothing"


def _commit() -> str:
    try:
        done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _tell(part: PartRecord) -> None:
    if part.state != "measured":
        print(f"  {part.state}: {part.reason}", flush=True)
    for figure in part.outcome.figures:
        limit = "" if figure.limit is None else f" limit {figure.limit:.2f}{'' if figure.kept else '  NOT KEPT'}"
        print(f"  {figure.name:<64} {figure.value:10.2f} {figure.unit:<10}{limit}", flush=True)
