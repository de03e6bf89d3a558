"""Evaluation: whole images through a network, and the official score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .normalisation import normalise
from .scoring import Score
from .xbd import LabelledPair, list_pairs, read_pair


@dataclass(frozen=True)
class Prediction:
    """What a network says about one pair.

    Attributes:
        building: probability float32 (H, W).
        damage: class probabilities given a building, float32 (4, H, W).
    """

    building: NDArray[np.float32]
    damage: NDArray[np.float32]


@torch.inference_mode()
def predict(network: nn.Module, pair: LabelledPair) -> Prediction:
    """Run one pair through a network in evaluation mode."""
    device = next(network.parameters()).device
    images = [
        normalise(torch.from_numpy(np.ascontiguousarray(i.transpose(2, 0, 1))).unsqueeze(0).to(device))
        for i in (pair.pre, pair.post)
    ]
    scores = network(*images)
    return Prediction(
        scores.building.float().sigmoid()[0, 0].cpu().numpy(), scores.damage.float().softmax(1)[0].cpu().numpy()
    )


def predictions(network: nn.Module, folder: Path) -> Iterator[tuple[LabelledPair, Prediction]]:
    """Run all pairs of an xBD folder through a network.

    Raises:
        DatasetError: a file of the folder is missing or unusable.
    """
    network.eval()
    for files in list_pairs(folder):
        pair = read_pair(files)
        yield pair, predict(network, pair)


def evaluate_folder(network: nn.Module, folder: Path, threshold: float = 0.5) -> Score:
    """Return the official score of a network on an xBD folder, pixel by pixel, without an object vote."""
    score = Score()
    for pair, prediction in predictions(network, folder):
        building = prediction.building > threshold
        score.add(building, prediction.damage.argmax(0) + 1, pair.building, pair.damage)
    return score
