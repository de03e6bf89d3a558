"""Writing a bundle: ONNX files and ``model.json``, complete or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import onnx
import torch

from xview2_qgis.engine.classes import CLASS_NAMES, DAMAGE_CLASSES
from xview2_qgis.engine.decision import Decision

from .graph import JointGraph
from .storage import store_half

_OPSET = 17  # what ONNX Runtime 1.18 and everything after it reads


@dataclass(frozen=True)
class Card:
    """What a bundle says about itself.

    Attributes:
        id: short name, also the folder's.
        title: one line for people.
        licence: of the weights.
        training_data: what the network has seen.
        source: who made it, and how to make it again.
        scores: measured figures, each with ``set``, ``metric``, ``value`` and ``date``.
    """

    id: str
    title: str
    licence: str
    training_data: str
    source: str
    scores: list[dict[str, Any]] = field(default_factory=list)


def read_decision(content: dict[str, Any]) -> Decision:
    """Return the decision rule of a card; what it does not name keeps its default.

    Raises:
        TypeError: an unknown name.
    """
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in content.items()}
    return Decision(**fields)


def export_graph(graph: JointGraph, path: Path, size: int, half_storage: bool) -> None:
    """Write a graph with fixed height and width and free batch size.

    Args:
        graph: network in evaluation mode.
        path: ONNX file to write.
        size: height and width in pixels.
        half_storage: store large weights as float16.
    """
    image = torch.zeros(1, 3, size, size, dtype=torch.uint8)
    torch.onnx.export(
        graph.eval(),
        (image, image),
        str(path),
        input_names=["pre", "post"],
        output_names=["building", "damage"],
        dynamic_axes={name: {0: "batch"} for name in ("pre", "post", "building", "damage")},
        opset_version=_OPSET,
        dynamo=False,  # the newer exporter writes opset 18 and up, which the oldest supported runtime refuses
    )
    model = onnx.load(path)
    for output, channels in zip(model.graph.output, (1, 4), strict=True):
        # the exporter loses the shapes behind the resize; the engine checks them
        dims = output.type.tensor_type.shape.dim
        del dims[:]
        dims.add().dim_param = "batch"
        for value in (channels, size, size):
            dims.add().dim_value = value
    onnx.save(store_half(model) if half_storage else model, path)


def write_bundle(
    folder: Path, graph: JointGraph, card: Card, decision: Decision, size: int, overlap: int, gsd_m: float
) -> Path:
    """Write a bundle with one joint network; replaces an older one of the same name.

    Args:
        folder: folder of the bundle.
        graph: network in evaluation mode.
        card: what the bundle says about itself.
        decision: thresholds that belong to the network.
        size: tile size in pixels.
        overlap: overlap of neighbouring tiles in pixels.
        gsd_m: ground sampling distance the network was trained at, metres.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        network = work / "network.onnx"
        export_graph(graph, network, size, half_storage=True)
        manifest: dict[str, Any] = {
            "contract": 1,
            **asdict(card),
            "networks": [],
            "tile_size": size,
            "gsd_m": gsd_m,
            "overlap": overlap,
            "normalization": "inside the graph: ImageNet mean and standard deviation of RGB/255",
            "decision": {"rule": "object-vote", **asdict(decision)},
            "classes": [CLASS_NAMES[c] for c in DAMAGE_CLASSES],
            "precision": "fp32",
        }
        _stamp(network, manifest)
        digest = hashlib.sha256(network.read_bytes()).hexdigest()
        manifest["networks"] = [{"file": network.name, "role": "joint", "sha256": digest}]
        (work / "model.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        work.chmod(0o755)
        work.rename(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return folder


def _stamp(path: Path, manifest: dict[str, Any]) -> None:
    """Repeat the manifest in the file's own metadata, so that a lone ONNX file still says what it is."""
    model = onnx.load(path)
    for key, value in manifest.items():
        if key == "networks":
            continue
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value if isinstance(value, str) else json.dumps(value)
    onnx.save(model, path)
