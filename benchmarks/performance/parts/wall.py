"""Wall time: whole assessments against whole processes of bare ONNX Runtime on the same tiles."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from ...measurement import measure
from ..outcome import Figure, Outcome, Table
from ..part import Part
from ..processes.assessment import Assessment, post_only_model
from ..processes.bare import LAYOUTS
from ..scenes.dense import DenseScene
from ..settings import Settings

_LIMIT = 1.05
_MINUTES = 17.0  # after which no further round begins
_FEWEST = 3  # rounds, whatever they take


@dataclass(frozen=True)
class _Bare:
    """One process of bare ONNX Runtime."""

    seconds: float
    network_seconds: float
    tiles: int

    @classmethod
    def measured(cls, post: Path, pre: Path | None, model: str, layout: str) -> _Bare:
        done = measure(
            [
                "-m",
                "benchmarks.performance.processes.bare",
                str(post),
                model,
                layout,
                *([] if pre is None else [str(pre)]),
            ]
        )
        said = json.loads(done.output.splitlines()[-1])
        return cls(done.seconds, said["seconds"], said["tiles"])


@dataclass(frozen=True)
class _Round:
    """One assessment beside the run of bare ONNX Runtime before it."""

    seconds: float
    bare: _Bare

    @property
    def ratio(self) -> float:
        return self.seconds / self.bare.seconds


def _measure(settings: Settings) -> Outcome:
    end = time.monotonic() + _MINUTES * 60
    scene = DenseScene.written(settings, settings.edge)
    alone = str(post_only_model(settings.model, settings.folder))
    probes: dict[str, _Bare] = {}
    for _ in range(1 if settings.quick else 2):
        for name in LAYOUTS:
            bare = _Bare.measured(scene.post, scene.pre, settings.model, name)
            probes[name] = min(bare, probes.get(name, bare), key=lambda one: one.seconds)
    layout = min(probes, key=lambda name: probes[name].seconds)
    variants = {
        "pair": Assessment(scene.post, scene.pre, settings.model),
        "pair, footprints": Assessment(scene.post, scene.pre, settings.model, scene.footprints),
        "post-event image alone": Assessment(scene.post, None, alone),
        "post-event image alone, footprints": Assessment(scene.post, None, alone, scene.footprints),
    }
    rounds: dict[str, list[_Round]] = {title: [] for title in variants}
    for number in range(settings.repetitions):
        begun = time.monotonic()
        for pre in (scene.pre, None):
            # beside each other, so that a machine that drifts drifts for all of them
            bare = _Bare.measured(scene.post, pre, settings.model, layout)
            for title, assessment in variants.items():
                if assessment.pre == pre:
                    rounds[title].append(_Round(assessment.measured(settings.folder).seconds, bare))
        if number + 1 >= _FEWEST and 2 * time.monotonic() - begun > end:
            break
    return _outcome(scene, probes, rounds, layout)


def _outcome(scene: DenseScene, probes: dict[str, _Bare], rounds: dict[str, list[_Round]], layout: str) -> Outcome:
    count = len(next(iter(rounds.values())))
    figures = [_figure(title, [one.ratio for one in done]) for title, done in rounds.items()]
    ways = tuple((LAYOUTS[name].title, bare.seconds, bare.network_seconds) for name, bare in probes.items())
    medians = tuple(
        (
            title,
            statistics.median(one.seconds for one in done),
            statistics.median(one.bare.seconds for one in done),
            statistics.median(one.bare.network_seconds for one in done),
            statistics.median(one.seconds / one.bare.network_seconds for one in done),
        )
        for title, done in rounds.items()
    )
    tiles = next(iter(probes.values())).tiles
    return Outcome(
        tuple(figures),
        (
            Table(
                f"Ways to run bare ONNX Runtime, {tiles} tiles of {scene.kind}, the faster of two runs each",
                ("way", "process, s", "network, s"),
                ways,
            ),
            Table(
                f"Medians of {count} runs in turn",
                ("what", "assess, s", "bare process, s", "its network alone, s", "assess / network alone"),
                medians,
            ),
        ),
        (f"The other side of the comparison is the fastest of these ways: {LAYOUTS[layout].title}.",),
    )


def _figure(title: str, ratios: list[float]) -> Figure:
    note = f"median of {len(ratios)}, from {min(ratios):.2f} to {max(ratios):.2f}"
    return Figure(f"assess / bare ONNX Runtime, {title}", statistics.median(ratios), limit=_LIMIT, note=note)


PART = Part("wall", "Wall time against bare ONNX Runtime", 20, _measure)
