"""A batch of scenes against single calls."""

from __future__ import annotations

import csv
import shutil
import statistics
from pathlib import Path

from ...measurement import Measurement, measure
from ..outcome import Figure, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..scenes.dense import DenseScene
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    count, rounds = (2, 1) if settings.quick else (8, 3)
    scene = DenseScene.written(settings, 1)
    single = Assessment(scene.post, scene.pre, settings.model)
    calls, batches = [], []
    for _ in range(rounds):
        calls.append(sum(single.measured(settings.folder).seconds for _ in range(count)))
        batches.append(_batch(settings, scene, count))
    one, other = statistics.median(calls), statistics.median(done.seconds for done in batches)
    title = f"{count} scenes of 1024 × 1024 pixels, medians of {rounds}"
    rows = (("single calls", one, one / count), ("xview2 batch, with summary and merged layer", other, other / count))
    return Outcome(
        (Figure("batch / single calls", other / one, note=f"{count} scenes of one pair each"),),
        (Table(title, ("how", "s", "s a scene"), rows),),
    )


def _batch(settings: Settings, scene: DenseScene, count: int) -> Measurement:
    folder = settings.folder / "batch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    catalog = folder / "scenes.csv"
    _write_catalog(catalog, scene, count)
    return measure(
        ["-m", "xview2_qgis.engine", "batch", str(catalog), "--output-dir", str(folder / "results"), "--merged",
         str(folder / "all.gpkg"), "--model", settings.model, "--register", "off", "--device", "cpu",
         "--events", "json"]
    )  # fmt: skip


def _write_catalog(path: Path, scene: DenseScene, count: int) -> None:
    """Write a list of scenes that are all the same."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "pre", "post"])
        rows.writerows([f"scene-{number}", str(scene.pre), str(scene.post)] for number in range(count))


PART = Part("batch", "Many scenes", 4, _measure)
