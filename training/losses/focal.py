"""Focal losses (Lin et al., 2017): pixels that are right already weigh little."""

from __future__ import annotations

from torch import Tensor

from .pixels import Pixels, weighted_mean


def focal_cross_entropy(log_probability: Tensor, pixels: Pixels, class_weights: Tensor, gamma: float) -> Tensor:
    """Return the mean of ``-(1 - p)**gamma * log(p)`` by the weight of each pixel's class, p that of the true class.

    Args:
        log_probability: (N, C, H, W), log softmax of the scores.
        pixels: truth with C classes.
        class_weights: (C,).
        gamma: exponent of the focal factor.
    """
    log_true = log_probability.gather(1, pixels.label.unsqueeze(1)).squeeze(1)
    focal = -((1 - log_true.exp()) ** gamma) * log_true
    return weighted_mean(focal, class_weights[pixels.label] * pixels.counted)


def clamped_focal(probability: Tensor, target: Tensor, weight: Tensor, gamma: float, least: float) -> Tensor:
    """Return the binary focal loss with probability and truth both kept off 0 and 1, mean by ``weight``.

    Scores whose probability is clamped get no gradient: that is how the published second-place localization networks
    were trained.

    Args:
        probability: (N, 1, H, W) in 0…1.
        target: (N, 1, H, W), 0 or 1.
        weight: (N, 1, H, W), 1 where the pixel counts.
        gamma: exponent of the focal factor.
        least: distance to 0 and 1.
    """
    probability, target = probability.clamp(least, 1 - least), target.clamp(least, 1 - least)
    p_true = target * probability + (1 - target) * (1 - probability)
    return weighted_mean(-((1 - p_true) ** gamma) * p_true.log(), weight)
