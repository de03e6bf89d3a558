"""Scores as a loss takes them: in full precision, and only those that it was made for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from ..networks.scores import Scores


@contextmanager
def full_precision(scores: Scores) -> Iterator[Scores]:
    """Give the scores in float32, and keep autocast from lowering the precision of what is computed inside.

    Sums over a batch of full images leave the range of fp16, and differences between probabilities near 1 its
    resolution.
    """
    device = next((s.device.type for s in scores if s is not None), "cpu")
    with torch.autocast(device, enabled=False):
        yield Scores(*(None if s is None else s.float() for s in scores))


def expected(scores: Tensor | None, channels: int, what: str) -> Tensor:
    """Return the scores if they are (N, channels, H, W).

    Args:
        scores: one field of :class:`~training.networks.scores.Scores`.
        channels: what the loss was made for.
        what: name of the field, for the message.

    Raises:
        ValueError: the network gives no such scores, or another number of channels.
    """
    found = 0 if scores is None else scores.shape[1]
    if scores is None or found != channels:
        raise ValueError(f"the loss needs {what} scores of {channels} channels, the network gives {found}")
    return scores
