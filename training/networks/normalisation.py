"""From pixels to network input."""

from __future__ import annotations

import torch
from torch import Tensor

from .encoders import IMAGENET_MEAN, IMAGENET_STD


def normalise(images: Tensor) -> Tensor:
    """Return uint8 (N, 3, H, W) RGB as float32 with ImageNet statistics, channels last."""
    mean = torch.tensor(IMAGENET_MEAN, device=images.device).view(1, 3, 1, 1) * 255
    std = torch.tensor(IMAGENET_STD, device=images.device).view(1, 3, 1, 1) * 255
    return (images.float() - mean).div_(std).contiguous(memory_format=torch.channels_last)
