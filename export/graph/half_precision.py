"""Half precision: weights and arithmetic in float16, what needs the digits in float32.

GPUs compute float16 up to twice as fast. Normalisation, resizes, the last convolutions and everything after them stay
in float32: differences between pixels near an outline are smaller than the steps of float16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from .regions import sensitive_nodes
from .storage import refuse_large

_SINGLE, _HALF = TensorProto.FLOAT, TensorProto.FLOAT16
#: A resize computes coordinates from float32 factors; a cast says itself what it gives.
_ALWAYS_SINGLE = ("Resize", "Cast")


@dataclass(frozen=True)
class HalvedGraph:
    """A graph that computes in float16.

    Attributes:
        model: the graph.
        values: names of the values of the float32 graph that are float16 now, in its order, each with the name of the
            node that gives it.
    """

    model: onnx.ModelProto
    values: Mapping[str, str]


def in_half_precision(model: onnx.ModelProto) -> HalvedGraph:
    """Return a copy of a float32 graph that computes in float16; inputs and outputs stay as they are.

    ONNX Runtime and onnxconverter-common bring a converter each; both write graphs that the format forbids when a value
    goes to several nodes that stay in float32, as features do in a decoder.

    Args:
        model: convolutional network in standard operators, its nodes named and in order.

    Raises:
        ModelError: a weight is larger than float16 can be.
    """
    halving = _Halving(model)
    return HalvedGraph(halving.result, halving.values)


class _Halving:
    """One conversion: which values there are in which type, and the nodes written so far."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._floats = _float_values(model)
        self._weights = {tensor.name: tensor for tensor in model.graph.initializer}
        self._types: dict[str, int] = {}  # of values that a converted node gives
        self._givers = {name: node.name for node in model.graph.node for name in node.output}
        self.values: dict[str, str] = {}
        self._nodes: list[onnx.NodeProto] = []
        self._made: set[str] = set()
        self._tensors: dict[str, onnx.TensorProto] = {}

        single = set(sensitive_nodes(model))
        for node in model.graph.node:
            self._convert(node, _SINGLE if node.name in single or node.op_type in _ALWAYS_SINGLE else _HALF)
        outputs = [self._as_type(value.name, _SINGLE) for value in model.graph.output]
        if outputs != [value.name for value in model.graph.output]:
            raise ValueError("an output of the network is no head")

        self.result = onnx.ModelProto()
        self.result.CopyFrom(model)
        graph = self.result.graph
        for field in (graph.node, graph.initializer, graph.value_info):
            del field[:]
        graph.node.extend(self._nodes)
        graph.initializer.extend(self._tensors.values())
        onnx.checker.check_model(self.result)

    def _convert(self, node: onnx.NodeProto, wanted: int) -> None:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        for place, name in enumerate(node.input):
            copy.input[place] = self._as_type(name, wanted)
        self._nodes.append(copy)
        for name in node.output:
            if name in self._floats:
                self._types[name] = wanted
                if wanted == _HALF:
                    self.values[name] = node.name

    def _as_type(self, name: str, wanted: int) -> str:
        """Return the name of a value in the type wanted; a cast is written before its first use."""
        if name in self._weights:
            return self._weight(name, wanted)
        present = self._types.get(name, _SINGLE)
        if name not in self._floats or present == wanted:
            return name
        cast = f"{name}.{'float32' if wanted == _SINGLE else 'float16'}"
        if cast not in self._made:
            self._made.add(cast)
            self.values.setdefault(name, self._givers[name])
            self._nodes.append(helper.make_node("Cast", [name], [cast], name=cast, to=wanted))
        return cast

    def _weight(self, name: str, wanted: int) -> str:
        tensor = self._weights[name]
        if tensor.data_type != _SINGLE or wanted == _SINGLE:
            self._tensors[name] = tensor
            return name
        half = f"{name}.float16"
        if half not in self._tensors:
            values = numpy_helper.to_array(tensor)
            refuse_large(name, values)
            self._tensors[half] = numpy_helper.from_array(values.astype(np.float16), half)
        return half


def _float_values(model: onnx.ModelProto) -> set[str]:
    """Return the names of all float32 values that nodes give."""
    graph = shape_inference.infer_shapes(model).graph
    return {v.name for v in (*graph.value_info, *graph.output) if v.type.tensor_type.elem_type == _SINGLE}
