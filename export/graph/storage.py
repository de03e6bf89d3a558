"""Storing weights in half precision: half the file, the same arithmetic.

Every large weight becomes a float16 constant followed by a cast to float32. ONNX Runtime folds the casts when it loads
the model, so the network runs in float32 on any CPU, and a laptop downloads half as much.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from xview2_qgis.engine.errors import ModelError

#: Smaller arrays are left alone. They are biases and the first layers of an encoder, whose rounding all later ones pass
#: on: of the difference that 16 bits make in ``compact``, the 53,000 weights down to a stride of 8 make nearly all.
_SMALLEST = 16_384
#: Largest finite float16.
LARGEST_HALF = float(np.finfo(np.float16).max)


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy of ``model`` whose large float32 initializers are stored as float16.

    Raises:
        ModelError: one of them holds a number that is larger than float16 can be.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    casts = []
    for tensor in copy.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < _SMALLEST:
            continue
        refuse_large(tensor.name, values)
        stored = f"{tensor.name}.float16"
        casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = list(copy.graph.node)
    del copy.graph.node[:]
    copy.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(copy)
    return copy


def refuse_large(name: str, weights: NDArray[np.floating]) -> None:
    """Refuse weights that float16 cannot hold.

    Args:
        name: of the weights in the graph.
        weights: of any shape. What is not a number passes: parity finds it in whatever precision.

    Raises:
        ModelError: one is beyond ±65504.
    """
    if not weights.size:
        return
    largest = float(np.abs(weights).max())
    if largest > LARGEST_HALF:
        raise ModelError(
            f"the weights {name} reach {largest:,.0f}, 16-bit numbers end at {LARGEST_HALF:,.0f}",
            "keep float32 (--precision fp32, and no --storage half)",
            "half-range",
        )
