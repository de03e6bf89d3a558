"""The moving average of the weights, which is what is evaluated and exported."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Return the rule of an exponential moving average that forgets its first steps quickly.

    The decay grows from 0.1 to ``decay`` like (1 + n) / (10 + n): a short run is not dragged back to its random start.
    With ``decay`` 0 the average is the network itself.
    """

    def average(averaged: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        keep = min(decay, (1 + int(count)) / (10 + int(count)))
        return averaged + (1 - keep) * (current - averaged)

    return average


def averaged_network(network: nn.Module, decay: float) -> AveragedModel:
    """Return an average of ``network`` that takes its buffers along; call ``update_parameters`` after every step."""
    return AveragedModel(network, avg_fn=moving_average(decay), use_buffers=True)
