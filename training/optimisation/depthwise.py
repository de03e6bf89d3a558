"""Depthwise convolutions in full precision, for mixed precision on a CPU.

In bfloat16 ordinary convolutions take half of the time on a CPU that knows it, but the backward pass of depthwise ones
takes up to ten times as long (oneDNN has a fast one for float32 only), which eats the gain of a whole EfficientNet.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _FullPrecision(nn.Conv2d):
    """A convolution that computes in float32 where the rest is lowered, and answers in the precision of its input."""

    def forward(self, input: Tensor) -> Tensor:
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.float()).to(input.dtype)


def keep_depthwise_full(network: nn.Module) -> int:
    """Let all depthwise convolutions of a network compute in float32, and return how many there are.

    Weights, their names and the results in full precision stay as they are.
    """
    depthwise = [m for m in network.modules() if isinstance(m, nn.Conv2d) and 1 < m.groups == m.in_channels]
    for convolution in depthwise:
        kind = type(convolution)
        # another class for the same object: a module around it would rename the weights in checkpoints
        convolution.__class__ = type(kind.__name__, (_FullPrecision, kind), {})
    return len(depthwise)
