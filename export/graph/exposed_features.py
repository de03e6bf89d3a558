"""Features: a tensor inside a network becomes one of its outputs, and nothing else changes.

What an encoder sees of both images is what ``xview2 adapt`` learns from. The tensor is renamed, not copied: the graph
computes what it computed, and the output costs no more than to hand it out.
"""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from onnx import helper, shape_inference

from xview2_qgis.engine.errors import ModelError, UsageError

#: Name of the output.
FEATURES = "features"
_SEED = 7


def expose_features(model: onnx.ModelProto, tensor: str) -> tuple[int, int, int]:
    """Make a tensor of a network its output ``features`` and return its channels, rows and columns.

    Args:
        model: the network, changed in place.
        tensor: name of a tensor N×C×h×w.

    Raises:
        UsageError: there is no such tensor, it has another shape, or the network has features already.
    """
    graph = model.graph
    if any(output.name == FEATURES for output in graph.output):
        raise UsageError("the network has features already", "give one without", "features")
    if not any(tensor in node.output for node in graph.node):
        raise UsageError(f"the network has no tensor {tensor}", "look for its name with netron or onnx", "features")
    inferred = {info.name: info for info in shape_inference.infer_shapes(model).graph.value_info}
    kind = inferred[tensor].type.tensor_type if tensor in inferred else None
    lengths = [axis.dim_value for axis in kind.shape.dim] if kind is not None else []
    if kind is None or len(lengths) != 4 or not all(lengths[1:]):
        raise UsageError(f"{tensor} is no tensor N×C×h×w of known lengths", "choose another tensor", "features")
    for node in graph.node:
        node.input[:] = [FEATURES if name == tensor else name for name in node.input]
        node.output[:] = [FEATURES if name == tensor else name for name in node.output]
    kept = [info for info in graph.value_info if info.name != tensor]
    del graph.value_info[:]
    graph.value_info.extend(kept)
    batch = graph.output[0].type.tensor_type.shape.dim[0]
    shape = [batch.dim_param or batch.dim_value or "batch", *lengths[1:]]
    graph.output.append(helper.make_tensor_value_info(FEATURES, kind.elem_type, shape))
    onnx.checker.check_model(model)
    channels, rows, columns = lengths[1:]
    return channels, rows, columns


def require_same_answer(before: bytes, after: bytes, tile_size: int) -> None:
    """Make sure that a network answers bit by bit what it answered without features.

    Args:
        before: the network as it was.
        after: the network with features.
        tile_size: edge of its images in pixels.

    Raises:
        ModelError: it does not.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # sums in the same order
    old, new = (onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"]) for content in (before, after))
    random = np.random.default_rng(_SEED)
    images = {
        end.name: random.integers(0, 256, (1, 3, tile_size, tile_size), dtype=np.uint8) for end in old.get_inputs()
    }  # fmt: skip
    names = [end.name for end in old.get_outputs()]
    for name, one, other in zip(names, old.run(names, images), new.run(names, images), strict=True):
        if not np.array_equal(one, other):
            raise ModelError(
                f"with features, the output {name} is another", "choose another tensor",
                "model-output",
            )  # fmt: skip
