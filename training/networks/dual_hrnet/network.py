"""Dual-HRNet: one HRNet stream for each image; the streams meet between the stages.

The described form is here, the published one in :mod:`~training.networks.dual_hrnet.published`. They share the streams
and differ in where and how these meet, in the stem, the resizing and the heads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..activation_checkpoint import checkpointed
from ..network_config import Task
from ..scores import Scores
from .fusion import JointFusion
from .head import ScoreHeads, gathered
from .hrnet import HRNetLayout, make_hrnet
from .published import PublishedDualHRNet
from .streams import Pair, Streams

Form = Literal["described", "published"]
Fusion = Literal["all", "last"]


class DualHRNet(nn.Module):
    """The described form.

    After a stage the maps of both streams are joined branch by branch. The joint features of stages 2 and 3 are
    *added* to both streams: each keeps what it knows of its own image, its ImageNet weights go on seeing features like
    their own, and the next stage can compare the images. The joint features of stage 4 alone go to the heads, which
    therefore see 15 W channels.

    Args:
        width: W of both streams.
        weights: start weights of each stream, see :func:`~training.networks.dual_hrnet.hrnet.make_hrnet`.
        fusion: ``all`` joins after stages 2, 3 and 4, ``last`` after stage 4 only.
        squeeze_excitation: gate the joint features.
        checkpoint_activations: compute activations twice instead of keeping them.
    """

    def __init__(
        self,
        width: int,
        weights: str | None = None,
        fusion: Fusion = "all",
        squeeze_excitation: bool = True,
        checkpoint_activations: bool = False,
    ) -> None:
        super().__init__()
        self.encoder = Streams(HRNetLayout(width), weights, checkpoint_activations)
        channels = self.encoder.channels
        numbers = (2, 3, 4) if fusion == "all" else (4,)
        self.fusions = nn.ModuleDict({f"stage{n}": JointFusion(channels[:n], squeeze_excitation) for n in numbers})
        self.heads = ScoreHeads(sum(channels))
        self.checkpoint_activations = checkpoint_activations

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return the building logit (N, 1, H, W) and the scores of background and four classes (N, 5, H, W).

        Args:
            pre: normalised image (N, 3, H, W) of any size.
            post: the same after the event.
        """
        maps = self.encoder.begin(pre, post)
        for number in (2, 3, 4):
            maps = self.encoder.stage(number, self.encoder.widen(number, maps))
            if number < 4 and f"stage{number}" in self.fusions:
                joint = self.fusions[f"stage{number}"](maps)
                pre_maps, post_maps = ([a + b for a, b in zip(stream, joint, strict=True)] for stream in maps)
                maps = Pair(pre_maps, post_maps)
        return _scores(self.heads, self.fusions["stage4"](maps), pre, self.checkpoint_activations)


class SingleHRNet(nn.Module):
    """The described form with a single stream, for which both images are one picture of six channels.

    Args:
        width: W of the stream.
        weights: its start weights, see :func:`~training.networks.dual_hrnet.hrnet.make_hrnet`.
        checkpoint_activations: compute activations twice instead of keeping them.
    """

    def __init__(self, width: int, weights: str | None = None, checkpoint_activations: bool = False) -> None:
        super().__init__()
        self.encoder = make_hrnet(HRNetLayout(width), weights, 2, checkpoint_activations)
        self.heads = ScoreHeads(sum(self.encoder.channels))
        self.checkpoint_activations = checkpoint_activations

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return scores as :meth:`DualHRNet.forward` does."""
        return _scores(self.heads, self.encoder(torch.cat([pre, post], dim=1)), pre, self.checkpoint_activations)


def _scores(heads: ScoreHeads, maps: list[Tensor], image: Tensor, checkpoint_activations: bool) -> Scores:
    features = gathered(maps)
    scores = checkpointed(heads, features) if checkpoint_activations else heads(features)
    scores = functional.interpolate(scores, size=image.shape[-2:], mode="bilinear", align_corners=False)
    return Scores(scores[:, :1], scores[:, 1:])


@dataclass(frozen=True)
class DualHRNetConfig:
    """Two HRNet streams that exchange features. The switches are the ablations of the described form.

    Attributes:
        width: W of the streams.
        form: described or published.
        weights: start weights of each stream, see :func:`~training.networks.dual_hrnet.hrnet.make_hrnet`.
        fusion: see :class:`DualHRNet`.
        squeeze_excitation: see :class:`DualHRNet`.
        streams: 2, or 1 for :class:`SingleHRNet`, in which nothing is left to fuse.
        checkpoint_activations: compute activations twice instead of keeping them.
    """

    width: Literal[18, 32, 48, 64] = 48
    form: Form = "described"
    weights: str | None = "hub"
    fusion: Fusion = "all"
    squeeze_excitation: bool = True
    streams: Literal[1, 2] = 2
    checkpoint_activations: bool = False
    name: Literal["dual-hrnet"] = "dual-hrnet"
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build the network, whose ``forward(pre, post)`` returns :class:`~training.networks.scores.Scores`.

        Raises:
            WeightTransferError: the start weights do not fit.
            ValueError: there is no such width, or the form has no such ablation.
        """
        weights, ablation = self.weights if start else None, (self.fusion, self.squeeze_excitation)
        if self.form == "published":
            if self.streams != 2 or ablation != ("all", True):
                raise ValueError("Dual-HRNet: only the described form can change streams, fusion or squeeze_excitation")
            return PublishedDualHRNet(self.width, weights, self.checkpoint_activations)
        if self.streams == 1:
            if ablation != ("all", True):
                raise ValueError("Dual-HRNet: a single stream has no fusion; leave fusion and squeeze_excitation away")
            return SingleHRNet(self.width, weights, self.checkpoint_activations)
        return DualHRNet(self.width, weights, *ablation, self.checkpoint_activations)
