"""From a torch network to an ONNX graph."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from torch.jit._trace import TracerWarning

from ..foreign_errors import foreign_errors
from .export_graph import ExportGraph
from .simplification import simplified

_OPSET = 17  # what every ONNX Runtime that is allowed reads


def traced(graph: ExportGraph) -> onnx.ModelProto:
    """Return a network as a simplified float32 graph with fixed height and width and free batch size.

    Args:
        graph: network with its input and output conventions.

    Raises:
        ModelError: the network holds what cannot be written as ONNX.
        RuntimeFailure: there is too little memory.
    """
    height, width = graph.size
    ends = graph.ends
    image = torch.zeros(1, 3, height, width, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # sizes that tracing turns into constants are meant to be constants
        warnings.simplefilter("ignore", TracerWarning)
        warnings.filterwarnings("ignore", message="Constant folding")
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="You are using the legacy")
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="The feature will be removed")
        path = Path(folder, "traced.onnx")
        with foreign_errors("PyTorch cannot export the network", "report this network as not exportable"):
            torch.onnx.export(
                graph.eval(),
                (image,) * len(ends.inputs),
                str(path),
                input_names=list(ends.inputs),
                output_names=list(ends.outputs),
                dynamic_axes={name: {0: "batch"} for name in (*ends.inputs, *ends.outputs)},
                opset_version=_OPSET,
                dynamo=False,  # the newer exporter writes opset 18 and up, which the oldest supported runtime refuses
            )
        model = onnx.load(path)
    _say_shapes(model, graph)
    return simplified(model)


def _say_shapes(model: onnx.ModelProto, graph: ExportGraph) -> None:
    """Write the shapes of the outputs, which the exporter loses behind resizes and the engine checks."""
    for output, channels in zip(model.graph.output, graph.ends.outputs.values(), strict=True):
        dims = output.type.tensor_type.shape.dim
        del dims[:]
        dims.add().dim_param = "batch"
        for length in (channels, *graph.size):
            dims.add().dim_value = length
