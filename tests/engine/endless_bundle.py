"""A bundle whose network never ends: a Loop of 2⁶² turns. The tiny model in everything else.

As a script: ``python -m tests.engine.endless_bundle FOLDER``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .tiny_bundle import write_tiny_bundle


def write_endless_bundle(folder: Path) -> Path:
    """Write the bundle and return its folder."""
    write_tiny_bundle(folder, tile_size=256, overlap=64, name="endless")
    path = folder / "joint.onnx"
    model = onnx.load(path)
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Sin", ["value"], ["next"])],
        "turn",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, []),
        ],
    )
    graph = model.graph
    graph.initializer.extend(
        [numpy_helper.from_array(np.int64(2**62), "turns"), numpy_helper.from_array(np.array(True), "begin")]
    )
    # begins with a value of the image, so that nothing can be computed while the model is loaded
    for node in (
        helper.make_node("Loop", ["turns", "begin", "mean"], ["endless"], body=body),
        helper.make_node("ReduceMean", ["grey"], ["mean"], keepdims=0),
        helper.make_node("Cast", ["pre"], ["grey"], to=TensorProto.FLOAT),
    ):
        graph.node.insert(0, node)
    (division,) = (node for node in graph.node if node.op_type == "Div" and node.input[0] == "pre_grey")
    division.input[1] = "endless"
    onnx.save(model, path)
    card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    card["networks"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "model.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


if __name__ == "__main__":
    write_endless_bundle(Path(sys.argv[1]))
