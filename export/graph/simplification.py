"""Simplification of an exported graph: constants folded, convolutions merged, sizes said in advance.

ONNX Runtime's own basic optimisation, run once here, does the folding: it is what runs the graph later anyway, stays
within standard operators, and needs no further package. What it cannot know is that height and width are fixed while
the batch size is free; that is added here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper, shape_inference

from ..foreign_errors import foreign_errors
from .plane_softmax import softmax_by_planes


def simplified(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a simpler graph that says the same.

    Args:
        model: graph in standard operators, inputs (batch, 3, height, width) of known height and width.

    Raises:
        ModelError: ONNX Runtime refuses it.
        RuntimeFailure: there is too little memory.
    """
    fixed = _without_unused(_resized_by_factors(model))
    result = _optimised(softmax_by_planes(fixed, _shapes_of_one(fixed)))
    used = {node.domain for node in result.graph.node} | {""}
    kept = [entry for entry in result.opset_import if entry.domain in used]
    del result.opset_import[:]
    result.opset_import.extend(kept)
    onnx.checker.check_model(result)
    return result


def _optimised(model: onnx.ModelProto) -> onnx.ModelProto:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # the next level writes operators and layouts of this machine's processor into the file
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.onnx"), Path(folder, "after.onnx")
        onnx.save(model, before)
        options.optimized_model_filepath = str(after)
        with foreign_errors("ONNX Runtime cannot simplify the network", "report this network as not exportable"):
            onnxruntime.InferenceSession(str(before), options, providers=["CPUExecutionProvider"])
        return onnx.load(after)


def _resized_by_factors(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let resizes by whole factors say the factor instead of computing a size at run time.

    The size of a resize depends on the batch size by its first number only, yet keeps a chain of shape operators alive.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    shapes = _shapes_of_one(copy)
    for node in copy.graph.node:
        if node.op_type != "Resize" or len(node.input) != 4:
            continue
        before, after = shapes.get(node.input[0]), shapes.get(node.output[0])
        if before is None or after is None or any(b % a for a, b in zip(before[2:], after[2:], strict=True)):
            continue
        factors = np.array([1, 1, *(b / a for a, b in zip(before[2:], after[2:], strict=True))], np.float32)
        name = f"{node.output[0]}.factors"
        copy.graph.initializer.append(numpy_helper.from_array(factors, name))
        del node.input[2:]
        node.input.append(name)
    return copy


def _without_unused(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop, in place, the nodes that no output depends on; ONNX Runtime keeps them."""
    needed = {value.name for value in model.graph.output}
    kept = []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    nodes = list(reversed(kept))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _shapes_of_one(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all tensors that are known when the batch size is 1."""
    single = onnx.ModelProto()
    single.CopyFrom(model)
    for value in single.graph.input:
        value.type.tensor_type.shape.dim[0].dim_value = 1
    for value in single.graph.output:
        value.type.tensor_type.ClearField("shape")
    del single.graph.value_info[:]
    inferred = shape_inference.infer_shapes(single, data_prop=True)
    shapes = {}
    for value in (*inferred.graph.input, *inferred.graph.value_info, *inferred.graph.output):
        dims = value.type.tensor_type.shape.dim
        if dims and all(dim.HasField("dim_value") for dim in dims):
            shapes[value.name] = tuple(dim.dim_value for dim in dims)
    return shapes
