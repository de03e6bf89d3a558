"""Start-up: from the call to the first tile, and a single pair of 1024 × 1024 pixels."""

from __future__ import annotations

import statistics

from ..outcome import Figure, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.dense import DenseScene
from ..settings import Settings

_FIRST_TILE_S = 3.0
_FACTOR, _CONSTANT_S = 1.6, 1.5


def _measure(settings: Settings) -> Outcome:
    scene = DenseScene.written(settings, 1)
    assessment = Assessment(scene.post, scene.pre, settings.model)
    assessment.measured(settings.folder)  # files come from a warm disk
    plain, watched = [], []
    for _ in range(settings.repetitions):
        plain.append(assessment.measured(settings.folder))
        watched.append(Observation.of(assessment, settings.folder))
    first = statistics.median(one.first_run for one in watched)
    network = statistics.median(one.network_seconds for one in watched)
    whole = statistics.median(one.seconds for one in plain)
    watched_whole = statistics.median(one.measurement.seconds for one in watched)
    return Outcome(
        (
            Figure("call to the first run of the network", first, "s", _FIRST_TILE_S,
                   f"median of {len(watched)}, with its tile read"),
            Figure("one pair of 1024 × 1024 pixels, whole process", whole, "s", _FACTOR * network + _CONSTANT_S,
                   f"limit: {_FACTOR} × the {network:.2f} s of the network + {_CONSTANT_S} s"),
            Figure("tiles of that pair", len(watched[0].runs), limit=1),
        ),
        (
            Table(
                f"Where the time goes, medians of {len(watched)} watched runs",
                ("from", "to", "s"),
                (
                    ("call", "first run of the network", first),
                    ("first run of the network", "end of the last", network),
                    ("end of the last run", "end of the process", watched_whole - first - network),
                ),
            ),
        ),
    )  # fmt: skip


PART = Part("start-up", "Start-up and a single pair", 4, _measure)
