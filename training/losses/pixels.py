"""Which pixels of a mask count, and which class they have."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Pixels(NamedTuple):
    """Pixels of a batch as a loss counts them.

    Attributes:
        label: int64 (N, H, W), class from 0; 0 where the pixel does not count.
        counted: bool (N, H, W).
        classes: number of classes.
    """

    label: Tensor
    counted: Tensor
    classes: int

    @staticmethod
    def of(mask: Tensor, first: int, classes: int) -> Pixels:
        """Read a mask whose values ``first`` … ``first + classes - 1`` are the classes; other pixels do not count.

        Args:
            mask: uint8 (N, H, W).
            first: mask value of class 0.
            classes: number of classes.
        """
        counted = (mask >= first) & (mask < first + classes)
        label = torch.where(counted, mask.long() - first, torch.zeros_like(mask, dtype=torch.long))
        return Pixels(label, counted, classes)

    @property
    def weight(self) -> Tensor:
        """Float32 (N, 1, H, W), 1 where the pixel counts."""
        return self.counted.unsqueeze(1).float()

    def planes(self) -> Tensor:
        """Return float32 (N, classes, H, W), 1 in the plane of the pixel's class, 0 everywhere in other pixels."""
        numbers = torch.arange(self.classes, device=self.label.device).view(1, -1, 1, 1)
        return ((self.label.unsqueeze(1) == numbers) & self.counted.unsqueeze(1)).float()


def weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    """Return the mean of ``values`` by ``weights`` of the same shape; 0 with a zero gradient when all weights are 0."""
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)
