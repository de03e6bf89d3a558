"""Verification of a bundle of any origin: the engine's own checks, the ONNX checker, and runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from xview2_qgis.engine.errors import EngineError, ModelError

from ..bundle.any_bundle import open_any
from ..graph.exposed_features import FEATURES
from ..sessions.image_pairs import ImagePair, drawn_pair
from ..sessions.session import run_file
from .stored_parity import parity_fault

_ROUNDING = 1e-2  # float16 outputs; a softmax that is missing misses by far more
_HINT = "export the model again, or ask its author"
_WORDS = {"title", "training_data", "summary"}  # for people


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
        path: the bundle; also one that the exporter writes for other programs than the engine.
        say: told one line about every check.

    Raises:
        ModelError: a check failed, or none did and the engine cannot use the bundle all the same.
        RuntimeFailure: there is too little memory, or an archive cannot be unpacked.
    """
    checks = [Check("manifest, checksums, names, shapes, operator set")]
    try:
        bundle = open_any(path)
    except EngineError as error:
        say(str(Check(checks[0].name, str(error))))
        raise
    say(str(checks[0]))
    if "parity" in bundle.manifest:
        checks.append(Check("parity is within its limits", parity_fault(bundle.manifest["parity"])))
        say(str(checks[-1]))
    blank = np.zeros((3, *bundle.size), np.uint8)
    pairs = {"": drawn_pair(bundle.size), "on blank images, ": ImagePair(blank, blank)}
    for file in bundle.files:
        for check in _network_checks(file, bundle.manifest, pairs):
            say(str(check))
            checks.append(check)
    faults = [check for check in checks if check.fault]
    if faults:
        raise ModelError(f"{path}: {faults[0].name}: {faults[0].fault}", _HINT, "model-network")
    if bundle.obstacle:
        raise ModelError(
            f"{path}: not usable by the engine: {bundle.obstacle}",
            "its networks are in order and for other programs; for the engine, export the model again",
            "model-other",
        )


def _network_checks(path: Path, manifest: Mapping[str, Any], pairs: Mapping[str, ImagePair]) -> list[Check]:
    """Check one network; ``pairs`` are the images for its runs, by the words that stand before a fault."""
    name = path.name
    checks = [
        Check(f"{name}: ONNX checker", _checker_fault(path)),
        Check(f"{name}: its metadata is that of the manifest", _metadata_fault(manifest, path)),
    ]
    try:
        runs = list(run_file(path, list(pairs.values())))
    except ModelError as error:
        return [*checks, Check(f"{name}: runs", error.message)]
    checks.append(Check(f"{name}: runs"))
    for output in runs[0]:
        if output == FEATURES:  # what it saw, on any scale
            unfit = any(not np.isfinite(outputs[output]).all() for outputs in runs)
            checks.append(Check(f"{name}: {output} are numbers", "not finite" if unfit else None))
            continue
        faults = (
            words + fault
            for words, outputs in zip(pairs, runs, strict=True)
            if (fault := _probability_fault(output, outputs[output]))
        )
        checks.append(Check(f"{name}: {output} is a probability", next(faults, None)))
    return checks


def _checker_fault(path: Path) -> str | None:
    try:
        onnx.checker.check_model(onnx.load(path))
    except Exception as error:  # protobuf and onnx raise their own types
        return str(error).strip().splitlines()[0][:200]
    return None


def _metadata_fault(manifest: Mapping[str, Any], path: Path) -> str | None:
    """Compare what a network says about its bundle with the manifest; keys that only one of them has are left alone.

    So are texts for people: they may be worded anew, and scores may be added that were measured later; the network
    keeps its checksum.
    """
    metadata = {prop.key: prop.value for prop in onnx.load(path, load_external_data=False).metadata_props}
    if "id" not in metadata:
        return "its metadata names no bundle"
    if metadata["id"] != manifest["id"]:
        return f"its metadata names the bundle {metadata['id'][:64]!r}"
    networks = [{key: value for key, value in entry.items() if key != "sha256"} for entry in manifest["networks"]]
    wanted = {**manifest, "networks": networks}
    compared = (metadata.keys() & wanted.keys()) - _WORDS
    differing = sorted(key for key in compared if not _agrees(key, metadata[key], wanted[key]))
    return f"its metadata says otherwise about {', '.join(differing)}" if differing else None


def _agrees(key: str, text: str, value: object) -> bool:
    if key != "scores" or not isinstance(value, list):
        return _says(text, value)
    try:
        known = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(known, list) and all(score in value for score in known)


def _says(text: str, value: object) -> bool:
    """Tell whether a text of the metadata stands for a value of the manifest."""
    if isinstance(value, str):
        return text == value
    try:
        return bool(json.loads(text) == value)
    except (ValueError, RecursionError):
        return False


def _probability_fault(output: str, values: NDArray[np.floating]) -> str | None:
    """Return what is wrong with an output (channels, H, W)."""
    if not np.isfinite(values).all():
        return "values that are not finite"
    if values.min() < -_ROUNDING or values.max() > 1 + _ROUNDING:
        return f"values from {values.min():.3g} to {values.max():.3g}"
    if output == "damage" and np.abs(values.sum(axis=0, dtype=np.float64) - 1).max() > _ROUNDING:
        return "classes do not sum to 1"
    return None
