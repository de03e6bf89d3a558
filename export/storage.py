"""Storing weights in half precision: half the file, the same arithmetic.

Every large weight becomes a float16 constant followed by a cast to float32. ONNX Runtime folds the casts when it loads
the model, so the network runs in float32 on any CPU, and a laptop downloads half as much.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

#: Smaller arrays are left alone: biases gain nothing and lose digits.
_SMALLEST = 256
#: Largest finite float16.
LARGEST_HALF = float(np.finfo(np.float16).max)


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy of ``model`` whose large float32 initializers are stored as float16."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    casts = []
    for tensor in copy.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < _SMALLEST or np.abs(values).max() > LARGEST_HALF:
            continue
        stored = f"{tensor.name}.float16"
        casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = list(copy.graph.node)
    del copy.graph.node[:]
    copy.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(copy)
    return copy
