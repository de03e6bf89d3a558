"""The two streams of Dual-HRNet, side by side."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from .hrnet import HRNetLayout, make_hrnet


class Pair(NamedTuple):
    """The maps of both streams, finest branch first.

    Attributes:
        pre: (N, W, h, w), (N, 2W, h/2, w/2), … of the stream that sees the pre-event image.
        post: the same of the other.
    """

    pre: list[Tensor]
    post: list[Tensor]


class Streams(nn.Module):
    """Two HRNet streams without a common weight.

    Args:
        layout: what each is made of.
        weights: start weights of each, see :func:`~training.networks.dual_hrnet.hrnet.make_hrnet`.
        checkpoint_activations: see :class:`~training.networks.dual_hrnet.hrnet.HRNet`.
    """

    def __init__(self, layout: HRNetLayout, weights: str | None, checkpoint_activations: bool) -> None:
        super().__init__()
        self.pre = make_hrnet(layout, weights, checkpoint_activations=checkpoint_activations)
        self.post = make_hrnet(layout, weights, checkpoint_activations=checkpoint_activations)
        self.channels = self.pre.channels

    def begin(self, pre: Tensor, post: Tensor) -> Pair:
        """Run stem and stage 1 on normalised images (N, 3, H, W); see :meth:`.HRNet.begin`."""
        return Pair(self.pre.begin(pre), self.post.begin(post))

    def widen(self, number: int, maps: Pair) -> Pair:
        """Add to both streams the branch that stage ``number`` (2, 3, 4) has more."""
        return Pair(self.pre.widen(number, maps.pre), self.post.widen(number, maps.post))

    def stage(self, number: int, maps: Pair) -> Pair:
        """Run stage ``number`` (2, 3, 4) of both streams."""
        return Pair(self.pre.stage(number, maps.pre), self.post.stage(number, maps.post))
