"""From the maps of all branches to scores: the described heads and the published ones."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from ..blocks import ConvBlock
from .fusion import ProjectionBlock
from .hrnet import resized


def gathered(maps: list[Tensor]) -> Tensor:
    """Return all maps at the size of the first, concatenated: (N, 15 W, H/4, W/4) for four branches."""
    return torch.cat([maps[0], *(resized(x, maps[0]) for x in maps[1:])], dim=1)


class ScoreHeads(nn.Module):
    """The described heads: 1×1 to 512 channels, then for building and damage 3×3, 3×3, 1×1.

    Every convolution but the last ones is followed by batch normalisation and ReLU.

    Args:
        inputs: channels of all branches together.
        width: channels after the aggregation; the heads have half and a quarter of it.
    """

    def __init__(self, inputs: int, width: int = 512) -> None:
        super().__init__()
        self.aggregate = ProjectionBlock(inputs, width)
        self.building = _score_head(width, 1)
        self.damage = _score_head(width, 5)

    def forward(self, x: Tensor) -> Tensor:
        """Return the building logit and the five damage scores, (N, 6, h, w), of features (N, inputs, h, w)."""
        x = self.aggregate(x)
        return torch.cat([self.building(x), self.damage(x)], dim=1)


def _score_head(width: int, classes: int) -> nn.Sequential:
    return nn.Sequential(
        ConvBlock(width, width // 2), ConvBlock(width // 2, width // 4), nn.Conv2d(width // 4, classes, 1)
    )


class PublishedHead(nn.Sequential):
    """A published head: 1×1 with bias, batch normalisation, ReLU, 1×1.

    Args:
        inputs: channels of all branches together.
        classes: channels of the scores.
    """

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__(
            OrderedDict(
                mix=nn.Conv2d(inputs, inputs, 1),
                norm=nn.BatchNorm2d(inputs),
                activation=nn.ReLU(inplace=True),
                classes=nn.Conv2d(inputs, classes, 1),
            )
        )
