"""The compact network: one shared small encoder, one decoder, building and damage together.

The encoder runs on both images with the same weights; at every scale the decoder sees the features of both. The
decoder stops at half resolution; the last convolution gives the scores of the four pixels below each of its own
(Shi et al. 2016, sub-pixel convolution), so outlines are as sharp as the image at half of the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from .blocks import ConvBlock, DecoderBlock
from .encoders import make_encoder
from .network_config import Task
from .scores import Scores


class CompactNetwork(nn.Module):
    """Siamese U-Net for building and damage.

    Args:
        encoder: timm's name of the encoder.
        weights: start weights of the encoder, see :func:`~training.networks.encoders.make_encoder`.
        widths: decoder channels at strides 16, 8, 4 and 2.
    """

    def __init__(
        self, encoder: str, weights: str | None = None, widths: tuple[int, int, int, int] = (128, 80, 48, 32)
    ) -> None:
        super().__init__()
        self.encoder = make_encoder(encoder, weights)
        channels = self.encoder.channels
        self.bottom = ConvBlock(2 * channels[4], widths[0])
        below = (widths[0], *widths[:3])
        self.decoder = nn.ModuleList(
            DecoderBlock(below[i], 2 * channels[3 - i], widths[i], convolutions=2 if i < 3 else 1) for i in range(4)
        )
        self.head = nn.Sequential(
            ConvBlock(widths[3], widths[3]), nn.Conv2d(widths[3], 4 * 5, 3, padding=1), nn.PixelShuffle(2)
        )

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return the scores at full resolution.

        Args:
            pre: normalised image (N, 3, H, W), H and W multiples of 32.
            post: the same after the event.
        """
        pairs = [torch.cat(maps, dim=1) for maps in zip(*self.encoder.pair(pre, post), strict=True)]
        x = self.bottom(pairs[4])
        for level, block in enumerate(self.decoder):
            x = block(x, [pairs[3 - level]])
        scores = self.head(x)
        return Scores(scores[:, :1], scores[:, 1:])


@dataclass(frozen=True)
class CompactConfig:
    """The embedded default: building and damage in one small siamese network."""

    encoder: str = "efficientnet_lite0"
    weights: str | None = "package"
    widths: tuple[int, int, int, int] = (128, 80, 48, 32)
    name: Literal["compact"] = "compact"
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return CompactNetwork(self.encoder, self.weights if start else None, self.widths)
