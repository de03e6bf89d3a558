"""A tiny real model bundle whose answer can be computed by hand.

The networks are real ONNX files with analytic behaviour, pixel by pixel and without any state:

* building probability = red channel of pre / 255 (optionally the mean of 3×3 pixels);
* ``d`` = mean over the channels of ``|post - pre|`` / 255; the four damage classes have their centres at ``d`` = 0,
  0.25, 0.5 and 0.75, and the nearest class gets nearly all probability (softmax of ``-SHARPNESS * (d - centre)²``).

So red 255 is a building, red 0 is none, and a post image that is brighter or darker by 0, 64, 128 or 191 grey values
shows no, minor, major damage or destruction. As a script: ``python -m tests.engine.tiny_bundle FOLDER``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 9
CENTRES = (0.0, 0.25, 0.5, 0.75)
SHARPNESS = 400.0
#: Grey values that post must differ from pre by for no damage, minor, major, destroyed.
GREY_STEPS = (0, 64, 128, 191)

Kind = Literal["joint", "separate"]


def write_tiny_bundle(
    folder: Path,
    tile_size: int = 256,
    overlap: int = 32,
    *,
    kind: Kind = "joint",
    damage_channels: int | None = None,
    smooth: bool = False,
    fixed_batch: int | None = None,
    gsd_m: float = 0.5,
    copies: int = 1,
    name: str = "tiny",
    changes: dict[str, object] | None = None,
) -> Path:
    """Write the bundle and return its folder.

    Args:
        folder: folder to make, the bundle lies directly in it.
        tile_size: rows and columns of a tile.
        overlap: pixels that neighbouring tiles share.
        kind: ``joint`` (one file, both outputs) or ``separate`` (``localization`` and ``damage`` files).
        damage_channels: 4 (given a building) or 5 (background first); by default 4 for joint and 5 for separate.
        smooth: building probability is the mean of 3×3 pixels.
        fixed_batch: batch size written into the graph, None for any.
        gsd_m: metres per pixel.
        copies: how many equal networks there are of each role.
        name: id of the bundle.
        changes: keys of ``model.json`` to replace; a value of None removes the key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    channels = damage_channels or (4 if kind == "joint" else 5)
    card: dict[str, object] = {
        "contract": 1,
        "id": name,
        "title": "Tiny analytic model for tests",
        "networks": [],
        "tile_size": tile_size,
        "gsd_m": gsd_m,
        "overlap": overlap,
        "normalization": "inside the graph: value / 255",
        "decision": {
            "rule": "object-vote",
            "building_threshold": 0.5,
            "damaged_building_threshold": 0.5,
            "class_weights": [1.0, 1.0, 1.0, 1.0],
            "minimum_area_m2": 6.0,
        },
        "classes": ["no-damage", "minor-damage", "major-damage", "destroyed"],
        "precision": "fp32",
        "licence": "CC0-1.0",
        "training_data": "none",
        "scores": [{"set": "drawn", "metric": "localization_f1", "value": 1.0, "date": "2026-01-01"}],
        "source": "tests/engine/tiny_bundle.py",
    }
    roles = ("joint",) if kind == "joint" else ("localization", "damage")
    networks = []
    for role in roles:
        for copy in range(copies):
            path = folder / (f"{role}.onnx" if copies == 1 else f"{role}-{copy}.onnx")
            model = _model(role, tile_size, channels, smooth, fixed_batch)
            helper.set_model_props(model, {key: _text(value) for key, value in card.items() if key != "networks"})
            onnx.save(model, path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            networks.append({"file": path.name, "role": role, "sha256": digest})
    card["networks"] = networks
    card.update(changes or {})
    card = {key: value for key, value in card.items() if value is not None}
    (folder / "model.json").write_text(json.dumps(card, indent=2), encoding="utf-8")
    return folder


def zip_bundle(folder: Path, archive: Path, *, prefix: str = "") -> Path:
    """Pack a bundle folder as ``NAME.xv2.zip`` and return the archive's path."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, prefix + path.name)
    return archive


def expected_building(pre: np.ndarray) -> np.ndarray:
    """Return the building probability (H, W) of a uint8 image (3, H, W), without smoothing."""
    return pre[0].astype(np.float32) / 255.0


def expected_damage(pre: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Return the class probabilities given a building (4, H, W) of two uint8 images (3, H, W)."""
    difference = np.abs(post.astype(np.float32) - pre.astype(np.float32)).mean(axis=0) / 255.0
    logits = np.stack([-SHARPNESS * (difference - centre) ** 2 for centre in CENTRES])
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _model(role: str, size: int, channels: int, smooth: bool, batch: int | None) -> onnx.ModelProto:
    """Build one network: ``joint`` and ``damage`` read both images, ``localization`` reads pre only."""
    count: int | str = batch or "N"
    names = ("pre",) if role == "localization" else ("pre", "post")
    inputs = [helper.make_tensor_value_info(n, TensorProto.UINT8, [count, 3, size, size]) for n in names]
    building = helper.make_tensor_value_info("building", TensorProto.FLOAT, [count, 1, size, size])
    damage = helper.make_tensor_value_info("damage", TensorProto.FLOAT, [count, channels, size, size])

    constants = {
        "scale": np.float32(255.0),
        "zero": np.array([0], np.int64),
        "one": np.array([1], np.int64),
        "channel_axis": np.array([1], np.int64),
        "certain": np.float32(1.0),
        "centres": np.array(CENTRES, np.float32).reshape(1, 4, 1, 1),
        "sharpness": np.float32(-SHARPNESS),
    }
    nodes = [
        helper.make_node("Cast", ["pre"], ["pre_grey"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["pre_grey", "scale"], ["pre_unit"]),
        helper.make_node("Slice", ["pre_unit", "zero", "one", "channel_axis"], ["red"]),
        helper.make_node("AveragePool", ["red"], ["building"], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        if smooth
        else helper.make_node("Identity", ["red"], ["building"]),
    ]
    if role != "localization":
        conditional = "damage" if channels == 4 else "conditional"
        nodes += [
            helper.make_node("Cast", ["post"], ["post_grey"], to=TensorProto.FLOAT),
            helper.make_node("Div", ["post_grey", "scale"], ["post_unit"]),
            helper.make_node("Sub", ["post_unit", "pre_unit"], ["signed"]),
            helper.make_node("Abs", ["signed"], ["absolute"]),
            helper.make_node("ReduceMean", ["absolute"], ["difference"], axes=[1], keepdims=1),
            helper.make_node("Sub", ["difference", "centres"], ["distance"]),
            helper.make_node("Mul", ["distance", "distance"], ["square"]),
            helper.make_node("Mul", ["square", "sharpness"], ["logits"]),
            helper.make_node("Softmax", ["logits"], [conditional], axis=1),
        ]
        if channels == 5:
            nodes += [
                helper.make_node("Sub", ["certain", "building"], ["background"]),
                helper.make_node("Mul", ["conditional", "building"], ["classes"]),
                helper.make_node("Concat", ["background", "classes"], ["damage"], axis=1),
            ]
    outputs = {"joint": [building, damage], "localization": [building], "damage": [damage]}[role]
    used = {name for node in nodes for name in node.input}
    tensors = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items() if k in used]
    graph = helper.make_graph(nodes, role, inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the tiny model bundle used by tests.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tile-size", type=int, default=256)
    parser.add_argument("--overlap", type=int, default=32)
    parser.add_argument("--kind", choices=["joint", "separate"], default="joint")
    arguments = parser.parse_args()
    print(write_tiny_bundle(arguments.folder, arguments.tile_size, arguments.overlap, kind=arguments.kind))
