"""One to three workers of a cluster on this machine, as ``python -m benchmarks.cluster`` measures them."""

from __future__ import annotations

import json
from importlib.util import find_spec

from ...measurement import measure
from ..outcome import Cell, Figure, Outcome, Table
from ..part import Part, Skipped
from ..settings import Settings


def _measure(settings: Settings) -> Outcome:
    if find_spec("distributed") is None:
        raise Skipped("dask.distributed is not installed")
    arguments = ["--model", settings.model, "--edge", str(settings.edge)]
    output = measure(["-m", "benchmarks.cluster", *arguments]).output
    said, _ = json.JSONDecoder().raw_decode(output[output.index("{\n") :])
    runs = said["runs"]
    first = next(run["seconds"] for run in runs if run["workers"] == 1)
    rows: list[tuple[Cell, ...]] = [
        (
            str(run["workers"]) if run["workers"] else "no cluster, one thread",
            run["seconds"],
            f"{first / run['seconds']:.2f} ×",
            run["cpu_seconds"],
            "yes" if run["same"] else "**no**",
        )
        for run in runs
    ]
    columns = ("workers, one thread each", "assess, s", "against one worker", "CPU of the caller, s", "same result")
    title = f"{runs[0]['tiles']} tiles of a drawn town, workers, scheduler and caller on {said['cores']} cores"
    return Outcome(
        (
            Figure("a tile costs a worker", said["worker_tile_seconds"], "s", note="CPU, reading excluded"),
            Figure("a tile costs the caller", said["caller_tile_seconds"], "s", note="CPU"),
            Figure("a tile sends to the caller", said["tile_bytes"] / 1e6, "MB"),
            Figure("results that differ from those without a cluster", sum(not run["same"] for run in runs), limit=0),
        ),
        (Table(title, columns, tuple(rows)),),
    )


PART = Part("cluster", "One to three workers", 5, _measure)
