"""Losses of the compact network: building by BCE and Dice, damage by focal cross entropy and Dice inside buildings.

All losses are computed in float32, whatever the precision of the network.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .labels import IGNORED
from .networks.compact import PairScores


def soft_dice(probability: Tensor, target: Tensor, mask: Tensor, smooth: float = 1.0) -> Tensor:
    """Return one minus the soft Dice coefficient over a whole batch, per class.

    Args:
        probability: (N, C, H, W) in 0…1.
        target: (N, C, H, W), 0 or 1.
        mask: (N, 1, H, W), 1 where the pixel counts.
        smooth: added above and below, so that an absent class costs nothing when nothing is predicted.
    """
    dims = (0, 2, 3)
    probability, target = probability * mask, target * mask
    both = (probability * target).sum(dims)
    return 1 - (2 * both + smooth) / (probability.sum(dims) + target.sum(dims) + smooth)


def pair_loss(scores: PairScores, building: Tensor, damage: Tensor, class_weights: Tensor) -> dict[str, Tensor]:
    """Return the parts of the loss of one batch; their sum is minimised.

    Args:
        scores: raw scores of the network.
        building: (N, H, W) uint8, 1 building, 0 not, 255 ignored.
        damage: (N, H, W) uint8, 1…4 on buildings, 0 background, 255 ignored.
        class_weights: four factors on the classes in the cross entropy.
    """
    logit = scores.building.float()
    known = (building != IGNORED).unsqueeze(1).float()
    target = (building == 1).unsqueeze(1).float()
    bce = functional.binary_cross_entropy_with_logits(logit, target, reduction="none")
    parts = {
        "bce": (bce * known).sum() / known.sum().clamp(min=1),
        "dice": soft_dice(logit.sigmoid(), target, known).mean(),
    }
    inside = (damage >= 1) & (damage <= 4)
    label = torch.where(inside, damage.long() - 1, torch.zeros_like(damage, dtype=torch.long))
    log_p = functional.log_softmax(scores.damage.float(), dim=1)
    log_true = log_p.gather(1, label.unsqueeze(1)).squeeze(1)
    weight = class_weights[label] * inside
    # focal factor of Lin et al. (2017) with gamma 1: easy pixels of intact roofs must not drown the rest
    focal = -(1 - log_true.exp()) * log_true
    parts["damage_focal"] = 2 * (focal * weight).sum() / weight.sum().clamp(min=1)
    one_hot = functional.one_hot(label, 4).permute(0, 3, 1, 2).float()
    present = (one_hot * inside.unsqueeze(1)).sum((0, 2, 3)) > 10
    dice = soft_dice(log_p.exp(), one_hot, inside.unsqueeze(1).float())
    parts["damage_dice"] = (dice * present).sum() / present.sum().clamp(min=1)
    return parts
