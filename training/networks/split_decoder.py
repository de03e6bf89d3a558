"""The split network: one shared small encoder, a decoder for buildings and one for damage.

Buildings are drawn on the pre-event image alone, because that is where the labels were drawn: a post-event image that
lies a few pixels beside it cannot blur their outlines. Damage is one answer for a roof, not for its edge, so its
decoder sees both images and stops at a quarter of the resolution. The building decoder stops at half, and its last
convolution gives the scores of the four pixels below each of its own (Shi et al. 2016, sub-pixel convolution).

Houses of satellite images are a few dozen pixels wide, and the encoder was made for objects of hundreds. The network
can therefore enlarge its images before it looks at them; scores always come back at the size of what was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import ConvBlock, DecoderBlock
from .encoders import make_encoder
from .network_config import Task
from .scores import Scores

_STRIDE = 32  # the encoder halves its images five times


@dataclass(frozen=True)
class DecoderWidths:
    """Channels of both decoders.

    Attributes:
        building: at strides 32, 16, 8, 4 and 2.
        damage: at strides 32, 16, 8 and 4.
    """

    building: tuple[int, int, int, int, int] = (128, 96, 64, 48, 32)
    damage: tuple[int, int, int, int] = (96, 96, 64, 48)


class SplitDecoderNetwork(nn.Module):
    """Siamese encoder with two decoders.

    Args:
        encoder: timm's name of the encoder.
        weights: start weights of the encoder, see :func:`~training.networks.encoders.make_encoder`.
        widths: channels of both decoders.
        dropout: share of the damage features that are left out in training, by channel.
        magnification: how many times as long the edges of the images are that the encoder sees, about: sizes are
            rounded to multiples of 32. The cost grows with its square.
        difference: the damage decoder is also told how much the features of both images differ, without a sign. What
            it adds begins at zero, so weights of a network without it are a start for one with it.
    """

    def __init__(
        self,
        encoder: str,
        weights: str | None = None,
        widths: DecoderWidths = DecoderWidths(),
        dropout: float = 0.2,
        magnification: float = 1.0,
        difference: bool = False,
    ) -> None:
        super().__init__()
        building_widths, damage_widths = widths.building, widths.damage
        self.magnification = magnification
        self.encoder = make_encoder(encoder, weights)
        channels = self.encoder.channels
        self.building_bottom = ConvBlock(channels[4], building_widths[0])
        self.building_decoder = nn.ModuleList(
            DecoderBlock(building_widths[i], channels[3 - i], building_widths[i + 1]) for i in range(4)
        )
        self.building_head = nn.Sequential(nn.Conv2d(building_widths[4], 4, 3, padding=1), nn.PixelShuffle(2))
        self.damage_bottom = ConvBlock(2 * channels[4], damage_widths[0])
        # the finest level also sees where the buildings are
        roofs = (0, 0, building_widths[3])
        self.damage_decoder = nn.ModuleList(
            DecoderBlock(damage_widths[i], 2 * channels[3 - i] + roofs[i], damage_widths[i + 1]) for i in range(3)
        )
        self.damage_head = nn.Sequential(nn.Dropout2d(dropout), nn.Conv2d(damage_widths[3], 4, 1))
        self.differences = nn.ModuleList(_silent(channels[1 + i]) for i in range(4 if difference else 0))

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return the scores at full resolution.

        Args:
            pre: normalised image (N, 3, H, W), H and W multiples of 32.
            post: the same after the event.
        """
        size = (pre.shape[2], pre.shape[3])
        before, after = self.encoder.pair(self._enlarged(pre), self._enlarged(post))
        both = [torch.cat(maps, dim=1) for maps in zip(before[1:], after[1:], strict=True)]
        for i, addition in enumerate(self.differences):
            both[i] = both[i] + addition((after[1 + i] - before[1 + i]).abs())
        x = self.building_bottom(before[4])
        levels = []
        for i, block in enumerate(self.building_decoder):
            x = block(x, [before[3 - i]])
            levels.append(x)
        building = self.building_head(x)
        y = self.damage_bottom(both[3])
        for i, block in enumerate(self.damage_decoder):
            skips = [both[2 - i]] if i < 2 else [both[0], levels[2]]
            y = block(y, skips)
        damage = self.damage_head(y)
        if self.magnification == 1:
            return Scores(
                building, functional.interpolate(damage, scale_factor=4, mode="bilinear", align_corners=False)
            )
        return Scores(_resized(building, size), _resized(damage, size))

    def _enlarged(self, images: Tensor) -> Tensor:
        if self.magnification == 1:
            return images
        # while it is exported, a size is a tensor
        height, width = (max(round(int(n) * self.magnification / _STRIDE), 1) * _STRIDE for n in images.shape[2:])
        return _resized(images, (height, width))


def _silent(channels: int) -> nn.Conv2d:
    """Return a convolution of one pixel to twice the channels that gives zero until it has learned."""
    convolution = nn.Conv2d(channels, 2 * channels, 1, bias=False)
    nn.init.zeros_(convolution.weight)
    return convolution


def _resized(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return functional.interpolate(planes, size=size, mode="bilinear", align_corners=False)


@dataclass(frozen=True)
class SplitDecoderConfig:
    """Building and damage from one small encoder, each with its own decoder."""

    encoder: str = "efficientnet_lite0"
    weights: str | None = "package"
    building_widths: tuple[int, int, int, int, int] = (128, 96, 64, 48, 32)
    damage_widths: tuple[int, int, int, int] = (96, 96, 64, 48)
    dropout: float = 0.2
    magnification: float = 1.0
    difference: bool = False
    name: Literal["compact-split"] = "compact-split"
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return SplitDecoderNetwork(
            self.encoder,
            self.weights if start else None,
            DecoderWidths(self.building_widths, self.damage_widths),
            self.dropout,
            self.magnification,
            self.difference,
        )
