"""One HRNet stream, step by step, so that two streams can meet between its stages.

Branches of W, 2W, 4W and 8W channels at strides 4, 8, 16 and 32 work side by side and exchange their features after
every few blocks (Wang et al. 2020, "Deep High-Resolution Representation Learning for Visual Recognition").
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..activation_checkpoint import checkpointed
from ..weight_transfer import WeightTransferError, load_matching, read_weights

#: Widths W that the recipes use; timm has ImageNet weights for all of them.
WIDTHS = (18, 32, 48, 64)
_STEPS = ("conv1", "bn1", "conv2", "bn2", "layer1", "transition1", "transition2", "transition3")
_STAGES = ("stage2", "stage3", "stage4")
#: What timm's network has beyond a stream.
_HEAD = ("incre_modules.", "downsamp_modules.", "final_layer.", "classifier.")


@dataclass(frozen=True)
class HRNetLayout:
    """What a stream is made of.

    Attributes:
        width: channels W of the finest branch, one of :data:`WIDTHS`.
        stem: ``standard`` normalises and activates after both convolutions; ``swapped`` is the fifth-place order:
            convolution, normalisation, convolution, ReLU, normalisation, ReLU.
        resize: how coarse features reach finer branches. ``nearest`` is what timm's ImageNet weights were trained
            with, ``bilinear`` (corners not aligned) is that of the fifth place.
    """

    width: int
    stem: Literal["standard", "swapped"] = "standard"
    resize: Literal["nearest", "bilinear"] = "nearest"


class ExchangeModule(nn.Module):
    """Residual blocks on every branch, then every branch receives the sum of all.

    Unlike timm's own, it resizes to the size of the receiving branch, so that sizes need not be multiples of 32.

    Args:
        module: timm's module, whose layers are taken over.
        resize: see :class:`HRNetLayout`.
        checkpoint_activations: compute the activations inside the blocks twice instead of keeping them.
    """

    def __init__(self, module: nn.Module, resize: str, checkpoint_activations: bool) -> None:
        super().__init__()
        self.branches = cast(nn.ModuleList, module.branches)
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(
                cast(nn.Sequential, way)[:2] if source > target else way  # without timm's resize by a fixed factor
                for source, way in enumerate(cast(nn.ModuleList, ways))
            )
            for target, ways in enumerate(cast(nn.ModuleList, module.fuse_layers))
        )
        self.resize = resize
        self.checkpoint_activations = checkpoint_activations

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        """Return the features of all branches, sizes and channels as they came."""
        if self.checkpoint_activations:
            maps = [checkpointed(branch, x) for branch, x in zip(self.branches, maps, strict=True)]
        else:
            maps = [branch(x) for branch, x in zip(self.branches, maps, strict=True)]
        return [self._gather(target, maps) for target in range(len(maps))]

    def _gather(self, target: int, maps: list[Tensor]) -> Tensor:
        parts: list[Tensor] = []
        for source, way in enumerate(cast(nn.ModuleList, self.fuse_layers[target])):
            part = way(maps[source])
            parts.append(resized(part, maps[target], self.resize) if source > target else part)
        return functools.reduce(torch.add, parts).relu()


def resized(x: Tensor, like: Tensor, mode: str = "bilinear") -> Tensor:
    """Return ``x`` at the height and width of ``like``; bilinear with corners not aligned."""
    return functional.interpolate(
        x, size=like.shape[-2:], mode=mode, align_corners=None if mode == "nearest" else False
    )


class HRNet(nn.Module):
    """A stream: :meth:`begin`, then for stages 2, 3 and 4 :meth:`widen` and :meth:`stage`.

    The modules keep timm's names, so that a ``state_dict`` of timm fits without renaming.

    Args:
        layout: what it is made of.
        images: how many RGB images the stem takes, stacked along the channels.
        checkpoint_activations: compute the activations inside the residual blocks twice instead of keeping them.

    Raises:
        ValueError: there is no such width.
    """

    def __init__(self, layout: HRNetLayout, images: int = 1, checkpoint_activations: bool = False) -> None:
        if layout.width not in WIDTHS:
            raise ValueError(f"HRNet width {layout.width}: unknown; use one of {', '.join(map(str, WIDTHS))}")
        super().__init__()
        source = timm.create_model(f"hrnet_w{layout.width}", pretrained=False, head="none", in_chans=3 * images)
        for name in _STEPS:
            self.add_module(name, source.get_submodule(name))
        for name in _STAGES:
            modules = cast(nn.Sequential, source.get_submodule(name))
            self.add_module(
                name, nn.Sequential(*(ExchangeModule(m, layout.resize, checkpoint_activations) for m in modules))
            )
        self.channels = tuple(layout.width << branch for branch in range(4))
        self.stem = layout.stem
        self.checkpoint_activations = checkpoint_activations

    def begin(self, image: Tensor) -> list[Tensor]:
        """Run the stem and stage 1.

        Args:
            image: normalised (N, 3 images, H, W).

        Returns:
            One map (N, 256, H/4, W/4); sizes are rounded up.
        """
        x = self._step("bn1", self._step("conv1", image))
        if self.stem == "swapped":
            x = self._step("bn2", self._step("conv2", x).relu()).relu()
        else:
            x = self._step("bn2", self._step("conv2", x.relu())).relu()
        layer1 = self.get_submodule("layer1")
        return [checkpointed(layer1, x) if self.checkpoint_activations else layer1(x)]

    def widen(self, number: int, maps: list[Tensor]) -> list[Tensor]:
        """Add the branch that stage ``number`` (2, 3, 4) has more than the one before, from the coarsest map."""
        ways = cast(nn.ModuleList, self.get_submodule(f"transition{number - 1}"))
        return [way(maps[min(branch, len(maps) - 1)]) for branch, way in enumerate(ways)]

    def stage(self, number: int, maps: list[Tensor]) -> list[Tensor]:
        """Run stage ``number`` (2, 3, 4) on as many maps."""
        out: list[Tensor] = self.get_submodule(f"stage{number}")(maps)
        return out

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return maps of W, 2W, 4W and 8W channels at strides 4, 8, 16 and 32.

        Args:
            image: normalised (N, 3 images, H, W).
        """
        maps = self.begin(image)
        for number in (2, 3, 4):
            maps = self.stage(number, self.widen(number, maps))
        return maps

    def _step(self, name: str, x: Tensor) -> Tensor:
        out: Tensor = self.get_submodule(name)(x)
        return out


def make_hrnet(
    layout: HRNetLayout, weights: str | None, images: int = 1, checkpoint_activations: bool = False
) -> HRNet:
    """Build a stream.

    Args:
        layout: what it is made of.
        weights: ``None`` (random), ``"hub"`` (timm's own download) or a file with timm's names, which are also those
            of the files of HRNet's authors (``.pth``, ``.safetensors``).
        images: see :class:`HRNet`. With weights the first convolution sees the mean of the images at the start.
        checkpoint_activations: see :class:`HRNet`.

    Raises:
        WeightTransferError: the weights do not fit, in name or shape, the transitions included, or cannot be had.
        ValueError: there is no such width.
    """
    network = HRNet(layout, images, checkpoint_activations)
    if weights is not None:
        state = _hub_weights(layout.width) if weights == "hub" else read_weights(Path(weights))
        given = {key: value for key, value in state.items() if not key.startswith(_HEAD)}
        first = given.get("conv1.weight")
        if first is not None and first.ndim == 4:
            given["conv1.weight"] = torch.cat([first] * images, dim=1) / images
        load_matching(network, given, f"hrnet_w{layout.width} from {weights}")
    return network


def _hub_weights(width: int) -> dict[str, Tensor]:
    name = f"hrnet_w{width}.ms_in1k"
    try:
        # with its head, because without one timm also accepts files that hold only a part
        return dict(timm.create_model(name, pretrained=True).state_dict())
    except Exception as error:  # timm's hub client raises types of several network libraries
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightTransferError(f"{name}: no weights from timm's hub ({text}); give a file instead") from error
