"""One to three workers of a cluster on this machine."""

from __future__ import annotations

import os
from importlib.util import find_spec

from ..outcome import Cell, Outcome, Table
from ..part import Part, Skipped
from ..processes.assessment import Assessment
from ..processes.local_cluster import local_cluster
from ..scenes.dense import DenseScene
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    if find_spec("distributed") is None:
        raise Skipped("dask.distributed is not installed")
    scene = DenseScene.written(settings, settings.edge)
    local = Assessment(scene.post, scene.pre, settings.model).measured(settings.folder).seconds
    rows: list[tuple[Cell, ...]] = [("none, all cores of this machine", local, "–", scene.km2 / local * 3600)]
    first = 0.0
    for workers in (1, 2, 3):
        with local_cluster(settings.folder, workers) as address:
            remote = Assessment(scene.post, scene.pre, settings.model, more=("--scheduler", address))
            remote.measured(settings.folder)  # workers have their model from now on
            seconds = remote.measured(settings.folder).seconds
        first = first or seconds
        rows.append((f"{workers}, one thread each", seconds, f"{first / seconds:.2f} ×", scene.km2 / seconds * 3600))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    table = Table(
        f"{scene.edge}² images of {scene.kind}, second run with each cluster",
        ("workers", "assess, s", "against one worker", "km²/h"),
        tuple(rows),
    )
    remark = f"All workers, the scheduler and the calling process share the {cores} cores of one machine."
    return Outcome(tables=(table,), remarks=(remark,))


PART = Part("cluster", "One to three workers", 5, _measure)
