"""Verification of a bundle, whoever made it: the engine's own checks, the ONNX checker, and a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from xview2_qgis.engine.bundle import Bundle, Network, open_bundle
from xview2_qgis.engine.errors import EngineError, ModelError

from .image_pairs import ImagePair, drawn_pair
from .session import run_file

_ROUNDING = 1e-2  # float16 outputs; a softmax that is missing misses by far more
_HINT = "export the model again, or ask whoever made it"


@dataclass(frozen=True)
class Check:
    """One check and how it went.

    Attributes:
        name: what was checked.
        fault: what is wrong, None if nothing is.
    """

    name: str
    fault: str | None = None

    def __str__(self) -> str:
        """Return one line for people."""
        return f"ok      {self.name}" if self.fault is None else f"FAILED  {self.name}: {self.fault}"


def verify_bundle(path: Path, say: Callable[[str], None] = print) -> None:
    """Check a bundle: a folder or a ``.xv2.zip``; every check is said, then the faults are raised.

    Args:
        path: the bundle.
        say: told one line about every check.

    Raises:
        ModelError: a check failed.
    """
    checks = [Check("manifest, checksums, names, shapes, operator set")]
    try:
        bundle = open_bundle(path)
    except EngineError as error:
        say(str(Check(checks[0].name, str(error))))
        raise
    say(str(checks[0]))
    pair = drawn_pair((bundle.tile_size, bundle.tile_size))
    for network in bundle.networks:
        for check in _network_checks(bundle, network, pair):
            say(str(check))
            checks.append(check)
    faults = [check for check in checks if check.fault]
    if faults:
        raise ModelError(f"{path}: {faults[0].name}: {faults[0].fault}", _HINT, "model-network")


def _network_checks(bundle: Bundle, network: Network, pair: ImagePair) -> list[Check]:
    name = network.path.name
    checks = [
        Check(f"{name}: ONNX checker", _checker_fault(network.path)),
        Check(f"{name}: says which bundle it belongs to", _metadata_fault(bundle, network.path)),
    ]
    try:
        outputs = next(iter(run_file(network.path, [pair])))
    except Exception as error:  # ONNX Runtime's own errors have no common base
        return [*checks, Check(f"{name}: runs", " ".join(str(error).split())[:200])]
    checks.append(Check(f"{name}: runs"))
    checks.extend(
        Check(f"{name}: {output} is a probability", _probability_fault(output, values))
        for output, values in outputs.items()
    )
    return checks


def _checker_fault(path: Path) -> str | None:
    try:
        onnx.checker.check_model(onnx.load(path))
    except Exception as error:  # protobuf and onnx raise their own types
        return str(error).strip().splitlines()[0][:200]
    return None


def _metadata_fault(bundle: Bundle, path: Path) -> str | None:
    metadata = {prop.key: prop.value for prop in onnx.load(path, load_external_data=False).metadata_props}
    if metadata.get("id") not in (None, bundle.id):
        return f"its metadata names the bundle {metadata['id'][:64]!r}"
    return None if "id" in metadata else "its metadata names no bundle"


def _probability_fault(output: str, values: NDArray[np.floating]) -> str | None:
    """Return what is wrong with an output (channels, H, W)."""
    if not np.isfinite(values).all():
        return "values that are not finite"
    if values.min() < -_ROUNDING or values.max() > 1 + _ROUNDING:
        return f"values from {values.min():.3g} to {values.max():.3g}"
    if output == "damage" and np.abs(values.sum(axis=0, dtype=np.float64) - 1).max() > _ROUNDING:
        return "classes do not sum to 1"
    return None
