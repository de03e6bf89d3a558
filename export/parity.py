"""Parity: does the exported graph say what the network says?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from .graph import JointGraph


class ParityError(ValueError):
    """An exported graph differs from its network by more than is allowed."""


@dataclass(frozen=True)
class Parity:
    """How far the exported graph is from the network.

    Attributes:
        largest_difference: largest absolute difference of any probability.
        agreement: share of pixels with the same building decision and, on buildings, the same class.
    """

    largest_difference: float
    agreement: float


def measure_parity(path: Path, graph: JointGraph, pairs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> Parity:
    """Compare an ONNX file with the network it came from.

    Args:
        path: ONNX file.
        graph: the exported network, in evaluation mode.
        pairs: uint8 pre and post (3, H, W) of the exported size.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    largest, equal, total = 0.0, 0, 0
    for pre, post in pairs:
        building, damage = session.run(["building", "damage"], {"pre": pre[None], "post": post[None]})
        with torch.inference_mode():
            wanted = [t.numpy() for t in graph(torch.from_numpy(pre[None]), torch.from_numpy(post[None]))]
        largest = max(largest, float(np.abs(building - wanted[0]).max()), float(np.abs(damage - wanted[1]).max()))
        mine, theirs = building[0, 0] > 0.5, wanted[0][0, 0] > 0.5
        same_class = damage[0].argmax(0) == wanted[1][0].argmax(0)
        equal += int(np.count_nonzero((mine == theirs) & (~theirs | same_class)))
        total += mine.size
    return Parity(largest, equal / total if total else 1.0)
