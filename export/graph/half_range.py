"""Range: do the numbers inside a network fit into float16?

Parity cannot tell. ONNX Runtime on a CPU computes convolutions of a float16 graph in float32, where 600 000 is a number
like any other; a GPU computes them in float16, where it is infinite.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from xview2_qgis.engine.errors import ModelError

from ..foreign_errors import foreign_errors
from ..sessions.image_pairs import ImagePair
from ..sessions.session import open_file
from .half_precision import HalvedGraph
from .storage import LARGEST_HALF


@dataclass(frozen=True)
class HalfRange:
    """How large the numbers become that a graph keeps in float16.

    Attributes:
        largest: greatest magnitude of any of them; None if no image was looked at.
        node: what gives it.
    """

    largest: float | None = None
    node: str = ""

    def __str__(self) -> str:
        """Return a few words for people."""
        if self.largest is None:
            return "whether the numbers inside fit into 16 bits was not looked at"
        return f"largest 16-bit number inside {self.largest:,.3g} of {LARGEST_HALF:,.0f}"


def measure_range(name: str, model: onnx.ModelProto, halved: HalvedGraph, pairs: Sequence[ImagePair]) -> HalfRange:
    """Run a float32 graph and look at every value that is float16 in its halved form.

    Args:
        name: of the network, for the message.
        model: the float32 graph.
        halved: the same graph in float16.
        pairs: images of its size.

    Raises:
        ModelError: a value lies beyond ±65504; the message names the first node, in the order of the graph, that gives
            such a one. Or ONNX Runtime fails.
        RuntimeFailure: there is too little memory.
    """
    found = HalfRange()
    if not pairs or not halved.values:
        return found
    largest = _largest(name, model, list(halved.values), pairs)
    for value, node in halved.values.items():
        if largest[value] > LARGEST_HALF:
            raise ModelError(
                f"{name}: {node or value} gives numbers up to {largest[value]:,.0f}, 16-bit numbers end at "
                f"{LARGEST_HALF:,.0f}",
                "keep --precision fp32; --storage half makes the file as small",
                "half-range",
            )
        if found.largest is None or largest[value] > found.largest:
            found = HalfRange(largest[value], node or value)
    return found


def _largest(name: str, model: onnx.ModelProto, values: Sequence[str], pairs: Sequence[ImagePair]) -> dict[str, float]:
    """Return the greatest magnitude of each value over all pairs.

    The graph itself reduces each value to two numbers as soon as there is one, so that no more values stay in memory
    than in any other run.
    """
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    wanted, ends = set(values), list[tuple[str, str]]()  # names of values, and of one of their numbers each
    del probe.graph.node[:], probe.graph.output[:]
    for node in model.graph.node:
        probe.graph.node.append(node)
        for value in wanted.intersection(node.output):
            for operator in ("ReduceMin", "ReduceMax"):
                end = f"{operator}.{value}"
                probe.graph.node.append(helper.make_node(operator, [value], [end], name=end, keepdims=0))
                probe.graph.output.append(helper.make_tensor_value_info(end, TensorProto.FLOAT, []))
                ends.append((value, end))
    found = dict.fromkeys(values, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.onnx")
        onnx.save(probe, path)
        session = open_file(path, in_order=True)
    inputs = [info.name for info in session.get_inputs()]
    for pair in pairs:
        images = {"pre": pair.pre[None], "post": pair.post[None]}
        with foreign_errors(f"{name} failed while its values were looked at", "use --precision fp32"):
            numbers = session.run([end for _, end in ends], {key: images[key] for key in inputs})
        for (value, _), number in zip(ends, numbers, strict=True):
            found[value] = float(np.fmax(found[value], np.abs(number)))  # what is not a number fails the parity
    return found
