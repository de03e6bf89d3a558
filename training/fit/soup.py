"""The mean of the weights of several runs of one network.

Runs that begin with the same weights end in one valley, and the middle of it is flatter than its sides: the mean of
their weights often does better on new images than any of them (Wortsman et al. 2022, *Model soups*). It costs nothing
at inference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ..data.datasets import hold_back_alike
from ..networks.registry import read_network
from ..run.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from ..run.folder import configuration_file, configuration_of, read_configuration, write_configuration
from ..section import ConfigurationError


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
        if shapes[0] != shapes[1] or _made_of(first) != _made_of(other):
            raise CheckpointError(f"{path}: holds another network than {paths[0]}")
    mean = {
        key: torch.stack([c.average[key] for c in checkpoints]).mean(0) if value.is_floating_point() else value
        for key, value in first.average.items()
    }
    network = {key.removeprefix("module."): value for key, value in mean.items() if key != "n_averaged"}
    return replace(first, network=network, average=mean, optimiser={}, scaler={})


def _made_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the settings of a network that its weights do not show and that change what they mean."""
    plan = dict(vars(read_network(checkpoint.network_section)))
    return {key: value for key, value in plan.items() if key not in ("weights", "dropout", "checkpoint_activations")}


def average_runs(paths: Sequence[Path], output: Path) -> None:
    """Write the mean of runs, and beside it the configuration of the first: it says which pairs were held back.

    Args:
        paths: checkpoints in the folders of their runs.
        output: checkpoint to write; its folder is created if it does not exist.

    Raises:
        CheckpointError: a checkpoint cannot be read or holds another network.
        ConfigurationError: the runs did not hold the same pairs back, or the output would replace one of them or lies
            in the folder of another run.
        DatasetError: the runs name different data, of which a file is missing or unusable.
    """
    configs = [configuration_of(path) for path in paths]
    if output.resolve() in {path.resolve() for path in paths}:
        raise ConfigurationError(f"{output}: is one of the checkpoints to average; choose another --output")
    beside = configuration_file(output.parent)
    if beside.is_file() and read_configuration(beside) != configs[0]:
        raise ConfigurationError(f"{output.parent}: holds another run; choose another folder for --output")
    mean = mean_checkpoint(paths)
    for path, config in zip(paths[1:], configs[1:], strict=True):
        if not hold_back_alike(configs[0].data, config.data):
            raise ConfigurationError(
                f"{path}: its run did not hold back the pairs that the run of {paths[0]} did: "
                "a mean of both would have been trained on what it is measured by"
            )
    output.parent.mkdir(parents=True, exist_ok=True)
    mean.save(output)
    write_configuration(configs[0], output.parent)
