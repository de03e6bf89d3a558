"""Throughput: pairs and square kilometres by network, device and precision."""

from __future__ import annotations

import statistics

from ...measurement import measure
from ..outcome import Cell, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.dense import DenseScene
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    scene = DenseScene.written(settings, settings.edge)
    rounds = 1 if settings.quick else 3
    rows = []
    for model, precision in ((settings.model, "fp32"), ("compact-int8", "int8")):
        seconds = statistics.median(
            Assessment(scene.post, scene.pre, model).measured(settings.folder).seconds for _ in range(rounds)
        )
        rows.append(_row(model, precision, scene, seconds, f"whole process, median of {rounds}"))
    remarks = []
    if settings.quick:
        remarks.append("The networks of the second place are left out of a quick run.")
    else:
        rows.append(_second_place(settings))
    table = Table(
        "On the CPU, at 0.5 m per pixel; a pair has 1024 × 1024 pixels, its tiles overlap by 256",
        ("network", "device", "precision", "pairs/s", "km²/h", "how"),
        tuple(rows),
    )
    return Outcome(tables=(table,), remarks=tuple(remarks))


def _row(network: str, precision: str, scene: DenseScene, seconds: float, how: str) -> tuple[Cell, ...]:
    return network, "CPU", precision, scene.edge**2 / seconds, scene.km2 / seconds * 3600, how


def _second_place(settings: Settings) -> tuple[Cell, ...]:
    """Return the row of a localization and a damage network of the second place on a single pair."""
    folder = settings.folder / "random-pair"
    if not folder.exists():
        measure(["-m", "benchmarks.performance.random_pair", str(folder)])
    scene = DenseScene.written(settings, 1)
    seen = Observation.of(Assessment(scene.post, scene.pre, str(folder)), settings.folder)
    how = f"networks alone, {len(seen.runs)} runs for one pair, random weights"
    title = "second place, DenseNet-161 and EfficientNet-B2"
    return _row(title, "fp32", scene, seen.network_seconds, how)


PART = Part("throughput", "Pairs and square kilometres", 6, _measure)
