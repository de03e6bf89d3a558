"""The convolutions of an ONNX network, by the names of the modules that they were exported from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from xview2_qgis.engine.errors import ModelError

#: Of a network that looks at one image after the other, behind the name of a node.
_IMAGES = (".pre", ".post")


class RecoveryError(ModelError):
    """A bundle cannot be made a checkpoint again; a word on what to do, and the same code for all."""

    def __init__(self, message: str, hint: str = "give the config that it was trained with") -> None:
        super().__init__(message, hint, "recovery")


@dataclass(frozen=True)
class Convolution:
    """Weights of a convolution, with a batch normalisation behind it taken into them.

    Attributes:
        weight: float32 (outputs, inputs a group, height, width).
        bias: float32 (outputs,).
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def read_convolutions(path: Path) -> dict[str, Convolution]:
    """Return the convolutions of a network by the name of their module, as ``encoder.blocks.0.0.conv_dw``.

    Raises:
        RecoveryError: the file is no network, or its weights are not 16-bit or 32-bit floats.
    """
    try:
        graph = onnx.load(path).graph
    except Exception as error:  # protobuf raises types of its own
        raise RecoveryError(f"{path}: not an ONNX network", "export the model again") from error
    stored = {i.name: i for i in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    modules: dict[str, tuple[str, onnx.NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "Conv":
            # the same weights on the other image are a node with something behind the name of the first
            name = _module(node.name)
            modules[node.input[1]] = min((name, node), modules.get(node.input[1], (name, node)), key=_length)
    found = {}
    for name, node in modules.values():
        weights = [_constant(given, stored, made_by, path) for given in node.input[1:]]
        bias = weights[1] if len(weights) > 1 else np.zeros(len(weights[0]), np.float32)
        found[name] = Convolution(weights[0], bias)
    return found


def _length(module: tuple[str, onnx.NodeProto]) -> int:
    return len(module[0])


def _constant(
    name: str, stored: dict[str, onnx.TensorProto], made_by: dict[str, onnx.NodeProto], path: Path
) -> NDArray[np.float32]:
    """Return a weight, which a cast may stand before where it is stored in 16 bits."""
    while name in made_by and made_by[name].op_type == "Cast":
        name = made_by[name].input[0]
    if name not in stored:
        raise RecoveryError(f"{path}: weights of 8 bits, or computed ones", "give the bundle with floats")
    return np.asarray(numpy_helper.to_array(stored[name]), np.float32)


def _module(node: str) -> str:
    """Return the module of a node, whose path repeats the names of sequences: ``/network/a.0/a.0.1/conv/Conv``."""
    for image in _IMAGES:
        node = node.removesuffix(image)
    names: list[str] = []
    for part in node.strip("/").split("/")[1:-1]:
        if names and part.startswith(f"{names[-1]}."):
            names.pop()
        names.append(part)
    return ".".join(names)
