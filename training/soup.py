"""The mean of the weights of several runs of one network.

Runs that begin with the same weights end in one valley, and the middle of it is flatter than its sides: the mean of
their weights often does better on new images than any of them (Wortsman et al. 2022, *Model soups*). It costs nothing
at inference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from .checkpoint import Checkpoint, CheckpointError, read_checkpoint


def mean_checkpoint(paths: Sequence[Path]) -> Checkpoint:
    """Return a checkpoint with the mean of the averaged weights; a run can begin with it, but not be resumed from it.

    Args:
        paths: checkpoints of one network; their runs should have begun with the same weights.

    Raises:
        CheckpointError: one of them cannot be read or holds another network.
    """
    checkpoints = [read_checkpoint(path) for path in paths]
    first = checkpoints[0]
    for path, other in zip(paths[1:], checkpoints[1:], strict=True):
        shapes = [{k: v.shape for k, v in c.average.items()} for c in (first, other)]
        if shapes[0] != shapes[1]:
            raise CheckpointError(f"{path}: holds another network than {paths[0]}")
    mean = {
        key: torch.stack([c.average[key] for c in checkpoints]).mean(0) if value.is_floating_point() else value
        for key, value in first.average.items()
    }
    network = {key.removeprefix("module."): value for key, value in mean.items() if key != "n_averaged"}
    return replace(first, network=network, average=mean, optimiser={}, scaler={})
