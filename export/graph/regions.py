"""Regions of a graph that keep their digits when the rest is rounded: its beginning and its ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import onnx

#: Stride of the last values that count as early, pixels.
EARLY_STRIDE = 8


def sensitive_nodes(model: onnx.ModelProto) -> list[str]:
    """Return the names of the nodes of normalisation and heads.

    The normalisation reaches from the images to the first convolutions, without them; the heads from the last
    convolutions, with them, to the outputs.

    Args:
        model: a network whose nodes are named.
    """
    return sorted({node.name for node in (*_normalisation(model.graph), *_heads(model.graph))})


def early_nodes(model: onnx.ModelProto, size: tuple[int, int]) -> list[str]:
    """Return the names of the nodes between the images and the first values at a stride above :data:`EARLY_STRIDE`.

    Those are the first stages of an encoder. A decoder does not belong to them: it also takes what later stages give. A
    network that never goes deeper has none.

    Args:
        model: a network whose nodes are named and in order.
        size: height and width of its images where it leaves them open, pixels.
    """
    sized = onnx.ModelProto()
    sized.CopyFrom(model)
    for value in sized.graph.input:
        for dimension, edge in zip(value.type.tensor_type.shape.dim[2:], size, strict=False):
            dimension.dim_value = edge
    del sized.graph.value_info[:]  # what was inferred from other images
    sized = onnx.shape_inference.infer_shapes(sized)
    heights = {value.name: _height(value) for value in sized.graph.value_info}
    if not any(0 < height * EARLY_STRIDE < size[0] for height in heights.values()):
        return []
    images = {value.name for value in sized.graph.input}
    constants = {tensor.name for tensor in sized.graph.initializer}
    early = set(images)
    found = []
    for node in sized.graph.node:
        given = [name for name in node.input if name and name not in constants]
        if not given:  # a constant
            constants.update(node.output)
        elif early.issuperset(given) and heights.get(node.output[0], 0) * EARLY_STRIDE >= size[0]:
            early.update(node.output)
            found.append(node.name)
    return sorted(found)


def _height(value: onnx.ValueInfoProto) -> int:
    shape = value.type.tensor_type.shape.dim
    return shape[2].dim_value if len(shape) == 4 else 0


def _normalisation(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    consumers: defaultdict[str, list[onnx.NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            consumers[name].append(node)
    found: dict[str, onnx.NodeProto] = {}
    waiting = [value.name for value in graph.input]
    while waiting:
        for node in consumers[waiting.pop()]:
            # the shape of an image is used all over the network
            if node.op_type not in ("Conv", "Shape") and node.name not in found:
                found[node.name] = node
                waiting.extend(node.output)
    return list(found.values())


def _heads(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    producers = {name: node for node in graph.node for name in node.output}
    found: dict[str, onnx.NodeProto] = {}
    waiting: list[str] = [value.name for value in graph.output]
    while waiting:
        for node in _one(producers, waiting.pop()):
            if node.name not in found:
                found[node.name] = node
                waiting.extend(node.input if node.op_type != "Conv" else ())
    return list(found.values())


def _one(producers: dict[str, onnx.NodeProto], name: str) -> Iterable[onnx.NodeProto]:
    return (producers[name],) if name in producers else ()
