"""ONNX Runtime on the CPU, for checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from xview2_qgis.engine.errors import ModelError

from .image_pairs import ImagePair


def open_file(path: Path) -> onnxruntime.InferenceSession:
    """Load an ONNX file as it is.

    Raises:
        ModelError: ONNX Runtime refuses it.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors; warnings of the runtime tell users nothing
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own errors have no common base
        text = " ".join(str(error).split())[:200]
        raise ModelError(
            f"ONNX Runtime refuses {path.name} ({text})", "export the model again", "model-network"
        ) from error


def run_file(path: Path, pairs: Sequence[ImagePair]) -> Iterator[dict[str, NDArray[np.float32]]]:
    """Yield for every pair the outputs of an ONNX file by name, each (channels, H, W)."""
    session = open_file(path)
    inputs = [info.name for info in session.get_inputs()]
    outputs = [info.name for info in session.get_outputs()]
    for pair in pairs:
        images = {"pre": pair.pre[None], "post": pair.post[None]}
        values = session.run(outputs, {name: images[name] for name in inputs})
        yield {name: array[0] for name, array in zip(outputs, values, strict=True)}
