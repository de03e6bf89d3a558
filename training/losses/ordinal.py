"""Ordinal losses: damage classes have an order, and an error of two steps is worse than one of one step."""

from __future__ import annotations

from torch import Tensor

from .pixels import Pixels, weighted_mean


def squared_earth_movers_distance(probability: Tensor, pixels: Pixels, class_weights: Tensor) -> Tensor:
    """Return the mean squared distance of cumulated probabilities from the cumulated truth, by each pixel's class.

    Hou, Yu and Samaras 2016, "Squared Earth Mover's Distance-based Loss", with the sum over classes.

    Args:
        probability: (N, C, H, W), adds up to 1 over the classes, which stand in their order.
        pixels: truth with C classes.
        class_weights: (C,).
    """
    distance = (probability.cumsum(1) - pixels.planes().cumsum(1)).square().sum(1)
    return weighted_mean(distance, class_weights[pixels.label] * pixels.counted)
