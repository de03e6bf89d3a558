"""What a network returned, checked against what it promised: a graph may compute other shapes than it declares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..bundle import Network
from ..errors import ModelError


def checked_outputs(
    network: Network, outputs: Sequence[object], images: tuple[int, ...]
) -> dict[str, NDArray[np.float32]]:
    """Return the outputs of one run by name, float32 (N, channels, H, W); ``features`` have rows and columns of theirs.

    Args:
        network: the network.
        outputs: what the runtime returned, in the order of the network's outputs.
        images: shape of the images that went in, (N, 3, H, W).

    Raises:
        ModelError: an output has another shape or type; a smaller one would be spread over the tile without a word.
    """
    count, _, height, width = images
    shapes = {"building": (1, height, width), "damage": (network.damage_channels, height, width)}
    if (features := network.feature_shape(height, width)) is not None:
        shapes["features"] = features
    checked: dict[str, NDArray[np.float32]] = {}
    for name, values in zip(network.outputs, outputs, strict=True):
        wanted = (count, *shapes[name])
        found = isinstance(values, np.ndarray) and values.dtype.kind == "f" and values.shape
        if not isinstance(values, np.ndarray) or found != wanted:
            raise ModelError(
                f"{network.path.name} returns {name} as {_words(values)} instead of {_shape(wanted)} numbers",
                "use another model, or ask its author", "model-output",
            )  # fmt: skip
        checked[name] = np.asarray(values, dtype=np.float32)
    return checked


def _words(values: object) -> str:
    if not isinstance(values, np.ndarray):
        return "no tensor"
    return _shape(values.shape) + (" numbers" if values.dtype.kind == "f" else f" of type {values.dtype}")


def _shape(lengths: tuple[int | None, ...]) -> str:
    return "×".join(map(str, lengths)) or "one"
