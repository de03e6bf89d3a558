"""Shares of the stages: CPU seconds of an assessment by thread."""

from __future__ import annotations

from ..outcome import Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.dense import DenseScene
from ..settings import Settings

_LEAST_S = 0.01  # below that a stage is left out


def _measure(settings: Settings) -> Outcome:
    scene = DenseScene.written(settings, settings.edge)
    models = [settings.model, "compact-int8"] if settings.model == "compact" else [settings.model]
    seen = {model: Observation.of(Assessment(scene.post, scene.pre, model), settings.folder) for model in models}
    return Outcome(tables=tuple(_table(model, one, scene) for model, one in seen.items()))


def _table(model: str, seen: Observation, scene: DenseScene) -> Table:
    stages = {stage: spent for stage, spent in seen.stages().items() if spent >= _LEAST_S}
    total = sum(stages.values())
    rows = tuple((stage, spent, f"{spent / total:.1%}") for stage, spent in stages.items())
    runs, seconds = len(seen.runs), seen.measurement.seconds
    return Table(
        f"{model}, {runs} runs of the network on {scene.kind}: {seconds:.1f} s, during {seen.network_seconds:.1f} s of "
        "which a network ran",
        ("stage", "CPU, s", "share"),
        (*rows, ("all", total, "100 %")),
    )


PART = Part("shares", "Shares of the stages", 4, _measure)
