"""Blocks that the decoders share."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional


class ConvBlock(nn.Sequential):
    """Convolution 3×3 without bias, batch normalisation, ReLU.

    Args:
        inputs: input channels.
        outputs: output channels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
        )


class DecoderBlock(nn.Module):
    """One decoder level: bilinear to the size of the skip, concatenate [decoder, skips…], convolutions.

    Args:
        inputs: channels from the level below.
        skip: channels of all skips together.
        outputs: output channels.
        convolutions: number of :class:`ConvBlock` after the concatenation.
    """

    def __init__(self, inputs: int, skip: int, outputs: int, convolutions: int = 2) -> None:
        super().__init__()
        widths = [inputs + skip] + [outputs] * convolutions
        self.body = nn.Sequential(*(ConvBlock(a, b) for a, b in itertools.pairwise(widths)))

    def forward(self, below: Tensor, skips: list[Tensor]) -> Tensor:
        """Return the features of this level, (N, outputs, H, W) of the skips."""
        grown = functional.interpolate(below, size=skips[0].shape[-2:], mode="bilinear", align_corners=False)
        out: Tensor = self.body(torch.cat([grown, *skips], dim=1))
        return out
