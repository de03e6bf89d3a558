"""Empty tiles: what a tile without data costs."""

from __future__ import annotations

import statistics

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.registry import find_model

from ..outcome import Figure, Outcome
from ..part import Part
from ..processes.assessment import Assessment
from ..scenes.sparse import SparseScene
from ..scenes.tiles import cpu_tiles
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    edge = 8_192 if settings.quick else 40_960
    scenes = [SparseScene.written(settings, length, length, 1) for length in (2_048, edge)]
    rounds = 1 if settings.quick else 3
    seconds = [
        statistics.median(
            Assessment(scene.post, scene.pre, settings.model).measured(settings.folder).seconds for _ in range(rounds)
        )
        for scene in scenes
    ]
    bundle = open_bundle(find_model(settings.model))
    tiles = [len(cpu_tiles(bundle, scene.width, scene.height)) for scene in scenes]
    more = tiles[1] - tiles[0]
    note = f"{more} empty tiles more take {seconds[1] - seconds[0]:.2f} s more, medians of {rounds}"
    return Outcome((Figure("an empty tile", (seconds[1] - seconds[0]) / more * 1000, "ms", note=note),))


PART = Part("empty", "Empty tiles", 4, _measure)
