"""U-Nets on timm encoders: building from the pre-event image, damage from the pair.

One set of parts carries the described networks and the published ones of the second-place solution; a
:class:`~training.networks.unet_layout.UNetLayout` says which.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from .blocks import AlignedBlock, ConvBlock, DecoderBlock, EnlargingBlock, GatedBlock
from .encoders import make_encoder
from .scores import Scores
from .unet_layout import SECOND_PLACE, Form, Task, UNetLayout, Widths, layout_of_unet

_LEVELS: dict[str, type[nn.Module]] = {"smooth": DecoderBlock, "aligned": AlignedBlock, "gated": GatedBlock}


class Decoder(nn.Module):
    """From feature maps at strides 2 to 32 to scores at full resolution.

    Args:
        layout: see :class:`~training.networks.unet_layout.UNetLayout`.
        deepest: channels at stride 32.
        skips: channels at strides 16, 8, 4 and 2, of both images together.
        classes: channels of the scores.
    """

    def __init__(self, layout: UNetLayout, deepest: int, skips: list[int], classes: int) -> None:
        super().__init__()
        below = deepest
        levels = []
        for skip, width in zip(skips, layout.widths, strict=True):
            levels.append(_LEVELS[layout.level](below, skip, width))
            below = 2 * width if layout.level == "gated" else width
        self.levels = nn.ModuleList(levels)
        self.head = _head(layout, below, classes)

    def forward(self, deepest: Tensor, skips: list[list[Tensor]]) -> Tensor:
        """Return the scores (N, classes, H, W).

        Args:
            deepest: features at stride 32.
            skips: for strides 16, 8, 4 and 2 the feature maps to join.
        """
        x = deepest
        for level, maps in zip(self.levels, skips, strict=True):
            x = level(x, maps)
        scores: Tensor = self.head(x)
        return scores


def _head(layout: UNetLayout, inputs: int, classes: int) -> nn.Sequential:
    """The way from stride 2 to the scores."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    if layout.level == "smooth":
        # the last convolutions work at full resolution: bilinear scores of stride 2 would round off the outlines
        parts["enlarge"] = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        parts["refine"] = ConvBlock(inputs, inputs)
    elif layout.level == "aligned":
        parts["enlarge"] = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
    else:
        parts["enlarge"] = EnlargingBlock(inputs, layout.widths[3] // 2)
        inputs = layout.widths[3] // 2
    if layout.task == "damage" and layout.level != "smooth":
        parts["dropout"] = nn.Dropout2d(0.1)
    parts["classes"] = nn.Conv2d(inputs, classes, 1)
    return nn.Sequential(parts)


class LocalizationUNet(nn.Module):
    """U-Net for buildings.

    Args:
        layout: a layout with the task ``localization``.
        weights: start weights of the encoder, see :func:`~training.networks.encoders.make_encoder`.
        checkpoint_activations: compute the encoder's activations twice instead of keeping them.
    """

    def __init__(self, layout: UNetLayout, weights: str | None = None, checkpoint_activations: bool = False) -> None:
        super().__init__()
        self.encoder = make_encoder(layout.encoder, weights, checkpoint_activations)
        channels = self.encoder.channels
        self.decoder = Decoder(layout, channels[4], [channels[i] for i in (3, 2, 1, 0)], classes=1)

    def forward(self, pre: Tensor, post: Tensor | None = None) -> Scores:
        """Return the building logit (N, 1, H, W).

        Args:
            pre: normalised image (N, 3, H, W), H and W multiples of 32.
            post: not looked at; here because every network is called with a pair.
        """
        *skips, deepest = self.encoder(pre)
        return Scores(self.decoder(deepest, [[skip] for skip in reversed(skips)]), None)


class SiameseUNet(nn.Module):
    """U-Net for damage: one encoder for both images, whose features meet at every level of one decoder.

    Args:
        layout: a layout with the task ``damage``.
        weights: start weights of the encoder, see :func:`~training.networks.encoders.make_encoder`.
        checkpoint_activations: compute the encoder's activations twice instead of keeping them.
    """

    def __init__(self, layout: UNetLayout, weights: str | None = None, checkpoint_activations: bool = False) -> None:
        super().__init__()
        self.deepest = layout.deepest
        self.encoder = make_encoder(layout.encoder, weights, checkpoint_activations)
        channels = self.encoder.channels
        deepest = 2 * channels[4] if layout.deepest == "pair" else channels[4]
        self.decoder = Decoder(layout, deepest, [2 * channels[i] for i in (3, 2, 1, 0)], classes=5)

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return the scores of background and the four classes (N, 5, H, W).

        Args:
            pre: normalised image (N, 3, H, W), H and W multiples of 32.
            post: the same after the event.
        """
        if self.deepest == "pair":
            before, after = self.encoder.pair(pre, post)
            deepest = torch.cat([before[4], after[4]], dim=1)
        else:
            before, after = self.encoder(pre, depth=4), self.encoder(post)
            deepest = after[4]
        skips = [[before[i], after[i]] for i in (3, 2, 1, 0)]
        return Scores(None, self.decoder(deepest, skips))


def build_unet(layout: UNetLayout, weights: str | None = None, checkpoint_activations: bool = False) -> nn.Module:
    """Build the network of a layout; arguments and errors as for :func:`make_unet`."""
    network = LocalizationUNet if layout.task == "localization" else SiameseUNet
    return network(layout, weights, checkpoint_activations)


def make_unet(
    task: Task,
    encoder: str,
    form: Form,
    weights: str | None,
    checkpoint_activations: bool = False,
    widths: Widths | None = None,
) -> nn.Module:
    """Build a U-Net whose ``forward(pre, post)`` returns :class:`~training.networks.scores.Scores`.

    Args:
        task: ``localization`` or ``damage``.
        encoder: see :func:`~training.networks.encoders.make_encoder`.
        form: ``described`` (any encoder) or ``published`` (the eight of the second-place solution).
        weights: start weights of the encoder, see :func:`~training.networks.encoders.make_encoder`.
        checkpoint_activations: compute the encoder's activations twice instead of keeping them.
        widths: decoder channels at strides 16, 8, 4 and 2, if others than the described form's.

    Raises:
        WeightTransferError: the start weights do not fit.
        ValueError: there is no such encoder or no such published network, or the published form was given widths.
    """
    return build_unet(layout_of_unet(task, encoder, form, widths), weights, checkpoint_activations)


def make_second_place(short_name: str) -> nn.Module:
    """Build a published network with random weights, by a name of ``SECOND_PLACE``.

    Raises:
        ValueError: there is no such network.
    """
    if short_name not in SECOND_PLACE:
        raise ValueError(f"network {short_name}: unknown; use one of {', '.join(SECOND_PLACE)}")
    return build_unet(SECOND_PLACE[short_name])


@dataclass(frozen=True)
class UNetConfig:
    """A network of the two-network pipeline: localization on the pre-event image, or damage on both."""

    task: Literal["localization", "damage"]
    encoder: str
    form: Literal["described", "published"] = "described"
    weights: str | None = "hub"
    checkpoint_activations: bool = False
    widths: Widths | None = None
    name: Literal["unet"] = "unet"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return make_unet(
            self.task,
            self.encoder,
            self.form,
            self.weights if start else None,
            self.checkpoint_activations,
            self.widths,
        )
