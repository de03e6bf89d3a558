"""Lovász-softmax (Berman et al., 2018): the convex extension of one minus the intersection over union."""

from __future__ import annotations

import torch
from torch import Tensor

from .pixels import Pixels


def lovasz_extension(error: Tensor, foreground: Tensor) -> Tensor:
    """Return the Lovász extension of the Jaccard loss of one class, a scalar; 0 without pixels.

    Args:
        error: (P,) in 0…1, distance of each pixel's probability to its truth.
        foreground: bool (P,).
    """
    error, order = error.sort(descending=True)
    found = foreground[order]
    # counts stay whole numbers: sums of float32 ones stop growing at 2**24 pixels
    intersection = (found.sum() - found.cumsum(0)).float()
    union = (found.sum() + (~found).cumsum(0)).float()
    jaccard = 1 - intersection / union
    return error @ torch.diff(jaccard, prepend=jaccard.new_zeros(1))


def lovasz_softmax(probability: Tensor, pixels: Pixels, class_weights: Tensor) -> Tensor:
    """Return the mean of the weighted Lovász extensions over the classes that the batch holds; 0 if it holds none.

    Args:
        probability: (N, C, H, W) in 0…1.
        pixels: truth with C classes.
        class_weights: (C,), factors on the classes; they do not enter the divisor.
    """
    probability = probability.movedim(1, 0)[:, pixels.counted]
    label = pixels.label[pixels.counted]
    losses, present = [], []
    for number, of_class in enumerate(probability):
        foreground = label == number
        losses.append(lovasz_extension((foreground.float() - of_class).abs(), foreground))
        present.append(foreground.any())
    counts = torch.stack(present).float()
    return (torch.stack(losses) * class_weights * counts).sum() / counts.sum().clamp(min=1)
