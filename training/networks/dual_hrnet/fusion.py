"""Where the two streams of Dual-HRNet meet: the described fusion and the published one.

Both work on each branch alone, on features of one resolution.
"""

from __future__ import annotations

import torch
from timm.layers import SEModule
from torch import Tensor, nn

from .streams import Pair


class ProjectionBlock(nn.Sequential):
    """Convolution 1×1 without bias, batch normalisation, ReLU.

    Args:
        inputs: input channels.
        outputs: output channels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class ExcitedFusion(nn.Module):
    """One branch of the described fusion: gate(ReLU(norm(1×1 [pre, post]))) + 1×1 [pre, post].

    The gate is squeeze-and-excitation (Hu et al. 2018).

    Args:
        channels: channels C of each stream and of the result.
        squeeze_excitation: without it the gate is left out (an ablation of the description).
        ratio: channels per hidden unit of the gate.
    """

    def __init__(self, channels: int, squeeze_excitation: bool = True, ratio: int = 16) -> None:
        super().__init__()
        self.project = ProjectionBlock(2 * channels, channels)
        self.gate = SEModule(channels, rd_channels=channels // ratio) if squeeze_excitation else nn.Identity()
        self.residual = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, pre: Tensor, post: Tensor) -> Tensor:
        """Return the joint features (N, C, h, w) of two maps of that size."""
        both = torch.cat([pre, post], dim=1)
        out: Tensor = self.gate(self.project(both)) + self.residual(both)
        return out


class JointFusion(nn.Module):
    """The described fusion: an :class:`ExcitedFusion` for each branch.

    Args:
        channels: channels of the branches.
        squeeze_excitation: see :class:`ExcitedFusion`.
    """

    def __init__(self, channels: tuple[int, ...], squeeze_excitation: bool = True) -> None:
        super().__init__()
        self.branches = nn.ModuleList(ExcitedFusion(count, squeeze_excitation) for count in channels)

    def forward(self, maps: Pair) -> list[Tensor]:
        """Return the joint features, one map per branch, sizes and channels as they came."""
        return [fuse(a, b) for fuse, a, b in zip(self.branches, maps.pre, maps.post, strict=True)]


class CrossFusion(nn.Module):
    """The published fusion: on each branch two projections of [pre, post], one for either stream.

    Args:
        channels: channels of the branches.
    """

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.pre = nn.ModuleList(ProjectionBlock(2 * count, count) for count in channels)
        self.post = nn.ModuleList(ProjectionBlock(2 * count, count) for count in channels)

    def forward(self, maps: Pair) -> Pair:
        """Return the new features of both streams, sizes and channels as they came."""
        both = [torch.cat([a, b], dim=1) for a, b in zip(maps.pre, maps.post, strict=True)]
        pre, post = ([block(x) for block, x in zip(blocks, both, strict=True)] for blocks in (self.pre, self.post))
        return Pair(pre, post)
