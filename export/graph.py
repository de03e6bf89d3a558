"""The graph that is exported: uint8 images in, probabilities out.

Normalisation and the final sigmoid and softmax are part of the graph, so that no program that runs a bundle can
get them wrong.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.normalisation import normalise


class JointGraph(nn.Module):
    """A pair network with its input and output conventions.

    Args:
        network: takes normalised pre and post (N, 3, H, W), returns :class:`~training.networks.scores.Scores`.
        temperature: damage logits are divided by it, so that probabilities are calibrated.
    """

    def __init__(self, network: nn.Module, temperature: float = 1.0) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, pre: Tensor, post: Tensor) -> tuple[Tensor, Tensor]:
        """Return building (N, 1, H, W) and damage given a building (N, 4, H, W), both float32 probabilities.

        Args:
            pre: uint8 (N, 3, H, W) RGB.
            post: the same after the event.
        """
        scores = self.network(normalise(pre), normalise(post))
        return torch.sigmoid(scores.building), torch.softmax(scores.damage / self.temperature, dim=1)
