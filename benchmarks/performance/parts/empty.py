"""Empty tiles: what a tile without data costs."""

from __future__ import annotations

import statistics

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.registry import find_model

from ..outcome import Figure, Outcome
from ..part import Part
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.sparse import SparseScene
from ..scenes.tiles import cpu_tiles
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    edge = 8_192 if settings.quick else 40_960
    scenes = [SparseScene.written(settings, length, length, 1) for length in (2_048, edge)]
    rounds = 1 if settings.quick else 3
    bundle = open_bundle(find_model(settings.model))
    beside, empty = [], []
    for scene in scenes:
        assessment = Assessment(scene.post, scene.pre, settings.model)
        seen = [Observation.of(assessment, settings.folder) for _ in range(rounds)]
        # the town may lie in more tiles of one scene than of the other
        beside.append(statistics.median(one.measurement.seconds - one.network_seconds for one in seen))
        empty.append(len(cpu_tiles(bundle, scene.width, scene.height)) - len(seen[0].runs))
    more, seconds = empty[1] - empty[0], beside[1] - beside[0]
    note = f"{more} empty tiles more take {seconds:.2f} s more beside the network, medians of {rounds}"
    return Outcome((Figure("an empty tile", seconds / more * 1000, "ms", note=note),))


PART = Part("empty", "Empty tiles", 4, _measure)
