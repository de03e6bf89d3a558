"""The default model on this machine: the copy with 8-bit arithmetic where that is faster and as good.

Both copies were rated on the same images when the 8-bit one was made, and its ``model.json`` says how. Which one is
faster depends on the processor, so both predict a tile once; what was measured is kept in the user's cache folder for
the same processor, ONNX Runtime and networks.
"""

from __future__ import annotations

import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ...protocol.locations import DEFAULT_MODEL, DEFAULT_MODEL_INT8
from ...protocol.model_json import MANIFEST_NAME, read_model_json
from ..bundle import Bundle, open_bundle
from ..bundle.registry import find_model
from ..errors import EngineError
from .devices import RuntimeOptions, auto_devices, open_network, thread_count
from .measurements import Measurements
from .network import NetworkSession

_WORTH = 1.1  # times as fast: less may be chance
_LOSS = 0.01  # of the official score: less is chance on so few pairs
_RUNS = 2  # timed after a first one; the fastest counts
_FILE = "default-model.json"


@dataclass(frozen=True)
class DefaultModel:
    """A model.

    Attributes:
        name: of the catalogue, or path of a bundle.
        reason: why it is this one, where the choice was left to the program; else empty.
    """

    name: str
    reason: str = ""


def choose_default_model(options: RuntimeOptions) -> DefaultModel:
    """Return the default model for a device; on a processor that nobody measured before this takes some seconds.

    Args:
        options: device, precision and threads.
    """
    devices = auto_devices() if options.device == "auto" else (options.device,)
    if devices != ("cpu",):
        return DefaultModel(
            DEFAULT_MODEL, f"automatic: 8-bit arithmetic is for the CPU, and {devices[0]} is asked first"
        )
    if options.precision != "auto":
        return DefaultModel(DEFAULT_MODEL, f"automatic: {options.precision} was asked for")
    try:
        usual, small = (open_bundle(find_model(name)) for name in (DEFAULT_MODEL, DEFAULT_MODEL_INT8))
        if not _holds_score(small.path):
            return DefaultModel(DEFAULT_MODEL, f"automatic: {small.id} was not rated as good as {usual.id}")
        faster = _times_as_fast(usual, small, options)
    except EngineError:  # what is wrong with the default model is told when it is opened
        return DefaultModel(DEFAULT_MODEL, f"automatic: there is no {DEFAULT_MODEL_INT8} that works")
    said = f"{small.id} takes {1 / faster:.2f} of the time of {usual.id} on this processor"
    return DefaultModel(small.id if faster >= _WORTH else usual.id, f"automatic: {said}")


def _holds_score(folder: Path) -> bool:
    """Return whether a model says of itself that it is rated like the one that it was made of."""
    with suppress(OSError, KeyError, TypeError, ValueError):
        rated = read_model_json((folder / MANIFEST_NAME).read_bytes())["quantization"]
        scores = [cast("dict[str, dict[str, float]]", rated)[name]["score"] for name in ("fp32", "int8")]
        return float(scores[0]) - float(scores[1]) <= _LOSS
    return False


def _times_as_fast(usual: Bundle, small: Bundle, options: RuntimeOptions) -> float:
    """Return how many times as fast the 8-bit model is, remembered or measured."""
    parts = (
        _processor(), onnxruntime.__version__, usual.checksum, small.checksum, str(thread_count(options)),
        str(os.cpu_count()),
    )  # fmt: skip
    return Measurements(_FILE).of(parts, lambda: _measured(usual, small, options))


def _measured(usual: Bundle, small: Bundle, options: RuntimeOptions) -> float:
    """Return the seconds of a tile of one model by those of the other."""
    loaded = [[open_network(n, bundle, "cpu", options) for n in bundle.networks] for bundle in (usual, small)]
    tile = np.random.default_rng(0).integers(0, 256, (1, 3, usual.tile_size, usual.tile_size), np.uint8)
    for networks in loaded:
        _run(networks, tile)
    # in turn, so that a machine that is busy for a while is so for both
    seconds = [[_run(networks, tile) for networks in loaded] for _ in range(_RUNS)]
    usual_s, small_s = (min(column) for column in zip(*seconds, strict=True))
    return float(usual_s / max(small_s, 1e-9))


def _run(networks: list[NetworkSession], tile: NDArray[np.uint8]) -> float:
    """Run the networks and return the seconds it took."""
    begun = time.perf_counter()
    for session in networks:
        session.run({"pre": tile, "post": tile})
    return time.perf_counter() - begun


def _processor() -> str:
    """Return what this processor is and can; machines in a cloud often tell its maker only, and its instructions."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
        return "\n".join(sorted({line for line in lines if line.startswith(("model", "flags", "Features", "CPU "))}))
    return f"{platform.machine()} {platform.processor()}"
