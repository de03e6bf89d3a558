"""Soft Dice (Milletari et al., 2016): the overlap of probabilities and truth over a whole batch."""

from __future__ import annotations

from torch import Tensor

from .pixels import Pixels


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


def class_dice(probability: Tensor, pixels: Pixels, smooth: float) -> Tensor:
    """Return one minus the soft Dice coefficient of every class, (C,).

    Args:
        probability: (N, C, H, W) in 0…1.
        pixels: truth with C classes.
        smooth: added above and below.
    """
    return soft_dice(probability, pixels.planes(), pixels.weight, smooth)


def building_dice(probability: Tensor, pixels: Pixels, smooth: float) -> Tensor:
    """Return one minus the soft Dice coefficient of the class "building", a scalar.

    Args:
        probability: (N, 1, H, W) of building.
        pixels: truth; class 0 is background, every other class is a building.
        smooth: added above and below.
    """
    building = ((pixels.label > 0) & pixels.counted).unsqueeze(1).float()
    return soft_dice(probability, building, pixels.weight, smooth)[0]
