"""Networks on a GPU: fp32, fp16 and TensorRT, against PyTorch. Written for a GPU; none was at hand to try it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ...measurement import measure
from ..outcome import Cell, Figure, Outcome, Table
from ..part import Part, Skipped
from ..processes.assessment import Assessment
from ..processes.observation import Observation
from ..scenes.dense import DenseScene
from ..settings import Settings

_LIMIT = 1.25
_PAIRS = 20
#: Title, device and precision of `xview2`.
_WAYS = (("fp32", "cuda", "fp32"), ("fp16", "cuda", "fp16"), ("TensorRT, fp16", "tensorrt", "fp16"))


def _measure(settings: Settings) -> Outcome:
    if settings.device != "cuda":
        raise Skipped("not measured on a GPU, none was at hand; `--device cuda` measures it where there is one")
    scene = DenseScene.written(settings, settings.edge)
    rows: list[tuple[Cell, ...]] = []
    figures, remarks = [], []
    networks: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("second place", lambda precision: str(_random_pair(settings.folder, precision))),
        ("compact", lambda _: settings.model),
    )
    for network, model in networks:
        for title, device, precision in _WAYS:
            if network == "compact" and precision == "fp16" and device == "cuda":
                continue  # it is not shipped with fp16 arithmetic
            more = ("--precision", precision)
            one = Assessment(scene.post, scene.pre, model(precision), device=device, more=more)
            try:
                one.measured(settings.folder)  # prepares what is prepared once: engines, plans
                seen = Observation.of(one, settings.folder)
            except RuntimeError as error:
                remarks.append(f"{network}, {title}: failed ({str(error).splitlines()[-1][:160]}).")
                continue
            ratio = seen.measurement.seconds / seen.network_seconds
            rows.append((network, title, seen.measurement.seconds, seen.network_seconds, len(seen.runs), ratio))
            if network == "second place":
                figures.append(Figure(f"assess / its runs of the networks, second place, {title}", ratio, limit=_LIMIT))
    for precision in ("fp32", "fp16"):
        arguments = ["-m", "benchmarks.performance.processes.torch_networks", "cuda", str(_PAIRS), precision]
        seconds = json.loads(measure(arguments).output.splitlines()[-1])["seconds"]
        remarks.append(f"PyTorch, {precision}, the networks of the second place: {seconds / _PAIRS:.3f} s a pair.")
    columns = ("networks", "how", "assess, s", "networks alone, s", "runs", "ratio")
    return Outcome(
        tuple(figures), (Table(f"{scene.edge}² images of {scene.kind}", columns, tuple(rows)),), tuple(remarks)
    )


def _random_pair(folder: Path, precision: str) -> Path:
    model = folder / f"random-pair-{precision}"
    if not model.exists():
        measure(["-m", "benchmarks.performance.random_pair", str(model), precision])
    return model


PART = Part("gpu", "On a GPU", 10, _measure)
