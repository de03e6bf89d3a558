"""Memory against size: the largest resident memory of whole assessments."""

from __future__ import annotations

import json
from typing import Any

from ...measurement import Measurement, measure
from ..outcome import Cell, Figure, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment
from ..scenes.dense import DenseScene
from ..scenes.sparse import SparseScene
from ..settings import Settings

_COMPACT_GB = 1.5
_GROWTH = 1.1
_SMALL_NETWORK_GB = 2.5
_TOWNS = 9
_SMALL = 10_000, 10_000
#: Larger sizes, columns and rows; the first is what they are compared with.
_SIZES = (_SMALL, (20_000, 20_000), (50_000, 50_000), (200_000, 1_024))
_HUGE = 100_000, 100_000
#: Images along the edge of dense scenes.
_EDGES = (2, 4, 5)


def _measure(settings: Settings) -> Outcome:
    found: dict[str, tuple[Cell, ...]] = {}
    figures = []
    for edge in (1, 2) if settings.quick else _EDGES:
        dense = DenseScene.written(settings, edge)
        done = Assessment(dense.post, dense.pre, settings.model).measured(settings.folder)
        title = f"{edge * 1024} × {edge * 1024}, dense ({dense.kind})"
        found[title] = _row(title, settings.model, done)
        figures.append(Figure(f"peak memory, {title}", done.peak_gb, "GB", _COMPACT_GB))
    first = 0.0
    for width, height in (_SMALL, (4_000, 1_024)) if settings.quick else _SIZES:
        done = _sparse(settings, width, height, settings.model)
        first = first or done.peak_gb
        title = _title(width, height)
        found[title] = _row(title, settings.model, done)
        figures.append(Figure(f"peak memory, {title}", done.peak_gb, "GB", _COMPACT_GB))
        if (width, height) != _SMALL:
            figures.append(Figure(f"{title} / {_title(*_SMALL)}", done.peak_gb / first, limit=_GROWTH))
    if not settings.quick:
        seen = _huge(settings)
        title = f"{_title(*_HUGE)}, small network"
        found[title] = title, "small network", seen["peak_gb"], seen["seconds"]
        note = f"{seen['buildings']} buildings, with damage raster and report"
        figures.append(Figure(f"peak memory, {title}", seen["peak_gb"], "GB", _SMALL_NETWORK_GB, note))
    title, columns = f"Sparse: {_TOWNS} drawn towns, else nodata", ("pixels", "network", "peak memory, GB", "seconds")
    table = Table(
        f"Peak memory of the process; sparse: {_TOWNS} drawn towns, else nodata", columns, tuple(found.values())
    )
    return Outcome(tuple(figures), (table,))


def _row(title: str, network: str, done: Measurement) -> tuple[Cell, ...]:
    return title, network, done.peak_gb, done.seconds


def _title(width: int, height: int) -> str:
    return f"{width:,} × {height:,}, sparse".replace(",", " ").replace("  sparse", ", sparse")


def _sparse(settings: Settings, width: int, height: int, model: str) -> Measurement:
    scene = SparseScene.written(settings, width, height, _TOWNS if width >= _SMALL[0] else 2)
    return Assessment(scene.post, scene.pre, model).measured(settings.folder)


def _huge(settings: Settings) -> dict[str, Any]:
    """Return figures of :mod:`benchmarks.memory` for the largest scene."""
    done = measure(["-m", "benchmarks.memory", str(settings.folder / "huge"), "--scene", "x".join(map(str, _HUGE))])
    return dict(json.loads(done.output.splitlines()[-1]))


PART = Part("memory", "Memory against size", 9, _measure)
