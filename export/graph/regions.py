"""Regions of a graph that keep their digits when the rest is rounded: its beginning and its ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import onnx


def sensitive_nodes(model: onnx.ModelProto) -> list[str]:
    """Return the names of the nodes of normalisation and heads.

    The normalisation reaches from the images to the first convolutions, without them; the heads from the last
    convolutions, with them, to the outputs.

    Args:
        model: a network whose nodes are named.
    """
    return sorted({node.name for node in (*_normalisation(model.graph), *_heads(model.graph))})


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
