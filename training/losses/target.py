"""What a loss compares scores with, and what every loss looks like."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from torch import Tensor

from ..networks.scores import Scores


class Target(NamedTuple):
    """Truth of a batch.

    Attributes:
        building: uint8 (N, H, W), 1 building, 0 not, 255 ignored.
        damage: uint8 (N, H, W), 0 background, 1…4 on buildings, 255 ignored.
    """

    building: Tensor
    damage: Tensor


class Loss(Protocol):
    """A loss: named parts whose sum is minimised, so that a log can show which part moves."""

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return the parts, scalar float32 tensors, each already multiplied by its weight."""
        ...
