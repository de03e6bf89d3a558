"""What every network of this package returns, and how it becomes probabilities.

One type for all networks keeps losses, evaluation and export free of questions about which network they have. The
number of channels says what the scores mean.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class Scores(NamedTuple):
    """Raw scores of a pair, before sigmoid or softmax, at the resolution at which the network ends.

    Attributes:
        building: (N, 1, H, W) logit of building, or (N, 2, H, W) background and building; ``None`` when the network
            says nothing about buildings alone.
        damage: (N, 5, H, W) background and the four classes, or (N, 4, H, W) the four classes given a building;
            ``None`` for a localization network.
    """

    building: Tensor | None
    damage: Tensor | None


class Probabilities(NamedTuple):
    """Probabilities of a pair at full resolution, float32.

    Attributes:
        building: (N, 1, H, W) or ``None``.
        damage: (N, 5, H, W), (N, 4, H, W) or ``None``, channels as in :class:`Scores`; they sum to 1.
    """

    building: Tensor | None
    damage: Tensor | None


def probabilities(scores: Scores, size: tuple[int, int]) -> Probabilities:
    """Turn scores into probabilities at ``size`` (height, width).

    Scores at a lower resolution are enlarged bilinearly before sigmoid and softmax, as the published fifth-place
    program does at inference.
    """
    building = _resized(scores.building, size)
    damage = _resized(scores.damage, size)
    if building is not None:
        building = building.sigmoid() if building.shape[1] == 1 else building.softmax(dim=1)[:, 1:]
    return Probabilities(building, None if damage is None else damage.softmax(dim=1))


def _resized(scores: Tensor | None, size: tuple[int, int]) -> Tensor | None:
    if scores is None:
        return None
    scores = scores.to(torch.float32)
    if tuple(scores.shape[-2:]) == size:
        return scores
    return functional.interpolate(scores, size=size, mode="bilinear", align_corners=False)
