"""Cross entropies of classes and of buildings."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .pixels import Pixels, weighted_mean


def class_cross_entropy(log_probability: Tensor, pixels: Pixels, class_weights: Tensor) -> Tensor:
    """Return the cross entropy, mean by the weight of each pixel's class.

    Args:
        log_probability: (N, C, H, W), log softmax of the scores.
        pixels: truth with C classes.
        class_weights: (C,).
    """
    log_true = log_probability.gather(1, pixels.label.unsqueeze(1)).squeeze(1)
    return weighted_mean(-log_true, class_weights[pixels.label] * pixels.counted)


def building_cross_entropy(logit: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the binary cross entropy of scores, mean by ``weight``.

    Args:
        logit: (N, 1, H, W).
        target: (N, 1, H, W), 0 or 1.
        weight: (N, 1, H, W), 1 where the pixel counts.
    """
    return weighted_mean(functional.binary_cross_entropy_with_logits(logit, target, reduction="none"), weight)
