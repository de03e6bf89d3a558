"""Blocks that the decoders share."""

from __future__ import annotations

import itertools
from collections import OrderedDict

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


class AlignedBlock(nn.Module):
    """One decoder level of the second-place solution: enlarge, convolve, concatenate [decoder, skips…], convolve.

    Enlarging is nearest ×2, both convolutions are 3×3 with bias and ReLU, nothing is normalised.

    Args:
        inputs: channels from the level below.
        skip: channels of all skips together.
        outputs: output channels.
    """

    def __init__(self, inputs: int, skip: int, outputs: int) -> None:
        super().__init__()
        self.enlarge = EnlargingBlock(inputs, outputs)
        self.join = nn.Conv2d(outputs + skip, outputs, 3, padding=1)

    def forward(self, below: Tensor, skips: list[Tensor]) -> Tensor:
        """Return the features of this level, (N, outputs, H, W) of the skips."""
        out: Tensor = self.join(torch.cat([self.enlarge(below), *skips], dim=1))
        return out.relu()


class GatedBlock(AlignedBlock):
    """An :class:`AlignedBlock` whose result passes an :class:`ScseGate`, so it has twice the output channels."""

    def __init__(self, inputs: int, skip: int, outputs: int) -> None:
        super().__init__(inputs, skip, outputs)
        self.gate = ScseGate(outputs)

    def forward(self, below: Tensor, skips: list[Tensor]) -> Tensor:
        """Return the features of this level, (N, 2 outputs, H, W) of the skips."""
        out: Tensor = self.gate(super().forward(below, skips))
        return out


class EnlargingBlock(nn.Sequential):
    """Nearest ×2, convolution 3×3 with bias, ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            OrderedDict(
                nearest=nn.Upsample(scale_factor=2, mode="nearest"),
                convolution=nn.Conv2d(inputs, outputs, 3, padding=1),
                activation=nn.ReLU(inplace=True),
            )
        )


class ScseGate(nn.Module):
    """Concurrent channel and spatial gates (Roy et al. 2018), concatenated instead of added.

    Args:
        channels: input channels; the output has twice as many.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels // 2, 1)
        self.expand = nn.Conv2d(channels // 2, channels, 1)
        self.spatial = nn.Conv2d(channels, 1, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return [channel-gated, space-gated], (N, 2 channels, H, W)."""
        mean = x.mean((2, 3), keepdim=True)
        channel = self.expand(self.reduce(mean).relu()).sigmoid()
        return torch.cat([x * channel, x * self.spatial(x).sigmoid()], dim=1)
