"""From scores to a damage map by the rules of the published solutions."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class Decision(NamedTuple):
    """A decided map.

    Attributes:
        building: uint8 (N, H, W), 0 or 1.
        damage: uint8 (N, H, W), 0 outside buildings, 1…4 inside.
    """

    building: Tensor
    damage: Tensor


def merge_fifth_place(loc_logits: Tensor, cls_logits: Tensor, size: tuple[int, int]) -> Decision:
    """Decide as the fifth-place program (SI Analytics, revision ba19ed1): no threshold, no smoothing.

    Raw scores, not probabilities, are enlarged bilinearly (corners not aligned); the greatest one wins.

    Args:
        loc_logits: (N, 2, h, w) background and building.
        cls_logits: (N, 4, h, w) the four classes given a building.
        size: height and width of the image, H and W.

    Raises:
        ValueError: the channels are not 2 and 4.
    """
    channels = loc_logits.shape[1], cls_logits.shape[1]
    if channels != (2, 4):
        raise ValueError(f"fifth-place rule: scores have {channels} channels, (2, 4) are needed; use another rule")
    building = _enlarged(loc_logits, size).argmax(1)
    damage = (_enlarged(cls_logits, size).argmax(1) + 1) * building
    return Decision(building.to(torch.uint8), damage.to(torch.uint8))


def _enlarged(scores: Tensor, size: tuple[int, int]) -> Tensor:
    return functional.interpolate(scores.float(), size=size, mode="bilinear", align_corners=False)
