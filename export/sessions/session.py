"""ONNX Runtime on the CPU, for checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ..foreign_errors import foreign_errors
from .image_pairs import ImagePair


def open_file(path: Path, in_order: bool = False) -> onnxruntime.InferenceSession:
    """Load an ONNX file as it is.

    Args:
        path: the file.
        in_order: compute nodes in the order of the file as far as possible. The usual order may leave a node whose
            result no other node waits for to the end, and all it needs in memory until then.

    Raises:
        ModelError: ONNX Runtime refuses it.
        RuntimeFailure: there is too little memory.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors; warnings of the runtime tell users nothing
    if in_order:
        options.execution_order = onnxruntime.ExecutionOrder.PRIORITY_BASED
    with foreign_errors(f"ONNX Runtime refuses {path.name}", "export the model again"):
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_file(path: Path, pairs: Sequence[ImagePair]) -> Iterator[dict[str, NDArray[np.float32]]]:
    """Yield for every pair the outputs of an ONNX file by name, each (channels, H, W).

    Raises:
        ModelError: ONNX Runtime refuses it, or it fails while running.
        RuntimeFailure: there is too little memory.
    """
    session = open_file(path)
    inputs = [info.name for info in session.get_inputs()]
    outputs = [info.name for info in session.get_outputs()]
    for pair in pairs:
        images = {"pre": pair.pre[None], "post": pair.post[None]}
        with foreign_errors(f"{path.name} failed while running", "export the model again"):
            values = session.run(outputs, {name: images[name] for name in inputs})
        yield {name: array[0] for name, array in zip(outputs, values, strict=True)}
