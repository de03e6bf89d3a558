"""Agreement: whether a recovered network says what the bundle says, but for the calibration in the bundle's graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ..graph.export_graph import ExportGraph
from ..sessions.image_pairs import ImagePair
from ..sessions.session import run_file

_LEAST = 1e-6  # probabilities below are as good as zero, and their logarithms noise


def agreement(path: Path, graph: ExportGraph, pairs: Sequence[ImagePair]) -> float:
    """Return the least correlation between log-odds of an ONNX file and of a network, over all outputs and channels.

    A temperature and offsets of classes, which calibration has put into the graph, change log-odds along a straight
    line, so that they do not count; another weight does.

    Args:
        path: ONNX file.
        graph: the recovered network without calibration.
        pairs: images of the size of ``graph``.

    Returns:
        1 where they say the same; nan where an output is the same everywhere.
    """
    found: list[NDArray[np.float64]] = []
    wanted: list[NDArray[np.float64]] = []
    for pair, said in zip(pairs, run_file(path, pairs), strict=True):
        images = {"pre": pair.pre, "post": pair.post}
        with torch.inference_mode():
            own = graph(*(torch.from_numpy(images[name])[None] for name in graph.ends.inputs))
        wanted.append(np.concatenate([_log_odds(said[name]) for name in graph.ends.outputs]))
        found.append(np.concatenate([_log_odds(values.numpy()[0]) for values in own]))
    channels = zip(np.concatenate(found, axis=1), np.concatenate(wanted, axis=1), strict=True)
    return float(np.min([np.corrcoef(one, other)[0, 1] for one, other in channels]))


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log-odds: of one channel against its complement, of several against the first, float64 (channels, N)."""
    planes = probabilities.reshape(len(probabilities), -1).astype(np.float64)
    if len(planes) == 1:
        planes = np.concatenate([1 - planes, planes])
    logarithms = np.log(planes.clip(_LEAST))
    return np.asarray(logarithms[1:] - logarithms[0])
