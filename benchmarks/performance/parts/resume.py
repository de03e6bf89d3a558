"""Resume: what the journal costs, and what a killed run saves."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ..outcome import Figure, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.dense import DenseScene
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    scene = DenseScene.written(settings, settings.edge)
    assessment = Assessment(scene.post, scene.pre, settings.model)
    whole = Observation.of(assessment, settings.folder)
    buildings = _layer(settings.folder / "damage.gpkg")
    (settings.folder / "damage.gpkg").unlink()
    before = _killed(assessment, settings.folder)
    rest = Observation.of(replace(assessment, more=("--resume",)), settings.folder)
    again = before + len(rest.runs) - len(whole.runs)
    waited = whole.disk.sync_seconds / whole.measurement.seconds
    return Outcome(
        (
            Figure("share of the wall time that some thread waits for the disk", waited * 100, "%",
                   note=f"{whole.disk.syncs} times, {whole.disk.sync_seconds:.2f} s in all, beside the networks"),
            Figure("written to disk, a tile", whole.disk.written / 1e6 / len(whole.runs), "MB",
                   note=f"{whole.disk.written / 1e6:.0f} MB in {len(whole.runs)} tiles, results included"),
            Figure("tiles seen twice after a kill -9", again, note=f"killed after {before} of {len(whole.runs)}"),
            Figure("resumed layer differs from that of an uninterrupted run",
                   float(_layer(settings.folder / "damage.gpkg") != buildings), limit=0.0, note="0: the same"),
        ),
        (
            Table(
                "One run, and the same run killed and resumed",
                ("run", "tiles", "s"),
                (
                    ("uninterrupted", len(whole.runs), whole.measurement.seconds),
                    ("resumed, the rest", len(rest.runs), rest.measurement.seconds),
                ),
            ),
        ),
    )  # fmt: skip


def _killed(assessment: Assessment, folder: Path) -> int:
    """Begin an assessment, kill it after more than half of its tiles, and return how many it told to have done.

    Raises:
        RuntimeError: it ended by itself.
    """
    process = subprocess.Popen(
        [sys.executable, *assessment.arguments(folder / "damage.gpkg")], stdout=subprocess.PIPE, text=True
    )
    with process:
        if process.stdout is None:
            raise RuntimeError("no output stream")
        for line in process.stdout:
            said = json.loads(line)
            if said["event"] == "progress" and said["stage"] == "infer" and said["done"] * 2 > said["total"]:
                process.send_signal(signal.SIGKILL)
                return int(said["done"])
    raise RuntimeError("the run ended before it could be killed")


def _layer(path: Path) -> list[tuple[object, ...]]:
    """Return all buildings of a result."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT * FROM damage").fetchall()


PART = Part("resume", "Kill and resume", 4, _measure)
