"""Open sizes: a network that was traced with one size of images says that it takes others, where it does.

A network of convolutions alone computes the same around a pixel whatever the size of the image is, and only the
declared shapes stand against another one. So the declarations are opened, and the answers are looked at.
"""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime

from xview2_qgis.engine.bundle.bundle import OPEN_AXES
from xview2_qgis.engine.errors import ModelError

from .exposed_features import FEATURES

_FEATURE_AXES = ("feature_rows", "feature_columns")
_SEED = 7


def open_sizes(model: onnx.ModelProto) -> None:
    """Open rows and columns of all that goes into a network and comes out of it, in place."""
    for end in (*model.graph.input, *model.graph.output):
        axes = end.type.tensor_type.shape.dim
        for axis, name in zip(axes[2:], _FEATURE_AXES if end.name == FEATURES else OPEN_AXES, strict=True):
            axis.dim_param = name
    del model.graph.value_info[:]  # shapes inside it, of the one size
    onnx.checker.check_model(model)


def require_sizes(before: bytes, after: bytes, tile_size: int, multiple: int) -> None:
    """Make sure that a network with open sizes answers as before, and answers images of other sizes.

    Args:
        before: the network as it was.
        after: the network with open sizes.
        tile_size: edge of its images in pixels.
        multiple: what rows and columns of other images are multiples of.

    Raises:
        ModelError: it does not.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # sums in the same order
    options.log_severity_level = 4
    old, new = (onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"]) for content in (before, after))
    names = [end.name for end in old.get_outputs()]
    images = np.random.default_rng(_SEED).integers(0, 256, (2, 1, 3, tile_size, tile_size), dtype=np.uint8)
    feed = {end.name: picture for end, picture in zip(old.get_inputs(), images, strict=False)}
    expected = dict(zip(names, old.run(names, feed), strict=True))
    if not all(np.array_equal(expected[name], got) for name, got in zip(names, new.run(names, feed), strict=True)):
        raise ModelError("with open sizes the answer is another", "keep the bundle as it is", "model-output")
    for rows, columns in ((tile_size + multiple, tile_size), (multiple, tile_size - multiple or multiple)):
        feed = {end.name: np.zeros((1, 3, rows, columns), np.uint8) for end in old.get_inputs()}
        try:
            shapes = {name: got.shape for name, got in zip(names, new.run(names, feed), strict=True)}
        except Exception as error:  # ONNX Runtime's own errors have no common base
            raise _refused(rows, columns) from error
        for name, shape in shapes.items():
            high, wide = expected[name].shape[2:]
            if shape[2:] != (high * rows // tile_size, wide * columns // tile_size):
                raise _refused(rows, columns)


def _refused(rows: int, columns: int) -> ModelError:
    return ModelError(
        f"the network does not take images of {rows}×{columns} pixels", "give a larger --multiple", "model-network"
    )
