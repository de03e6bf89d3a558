"""Checkpoints: what a run needs to go on as if it had never stopped, and networks read back from them.

A checkpoint holds the weights, their average, the optimiser, the loss scale and the step. Samples and random draws
depend on the step alone, so nothing else is needed. Files are read without executing anything (``weights_only``).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..errors import TrainingError
from ..networks.registry import read_network
from ..section import ConfigurationError


class CheckpointError(TrainingError):
    """A file is not a checkpoint of this package; the message names it."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything a run needs to go on.

    Attributes:
        step: steps done.
        best: best figure of the validation so far.
        network_section: the network's section of the configuration.
        network: weights.
        average: moving average of the weights.
        optimiser: state of the optimiser.
        scaler: state of the loss scale, empty without fp16.
    """

    step: int
    best: float
    network_section: dict[str, Any]
    network: dict[str, Any]
    average: dict[str, Any]
    optimiser: dict[str, Any]
    scaler: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write so that a crash leaves either the old file or the new one."""
        part = path.with_suffix(f".part{os.getpid()}")
        try:
            # the fields as they are: copying gigabytes of weights only to write them is waste
            torch.save({name: getattr(self, name) for name in self.__dataclass_fields__}, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint onto the CPU.

    Raises:
        CheckpointError: the file is missing, damaged or something else.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: there is no such checkpoint") from error
    except Exception as error:  # what unpickles something else may raise anything
        raise CheckpointError(f"{path}: not a checkpoint, or a damaged one") from error
    try:
        checkpoint = Checkpoint(**content)
    except TypeError as error:
        raise CheckpointError(f"{path}: not a checkpoint of xview2-train") from error
    parts = (checkpoint.network_section, checkpoint.network, checkpoint.average, checkpoint.optimiser)
    if not all(isinstance(part, dict) for part in parts):
        raise CheckpointError(f"{path}: not a checkpoint of xview2-train")
    return checkpoint


def checkpoint_sha256(path: Path) -> str:
    """Return the checksum of a checkpoint's file, so that what was chosen for it can name it.

    Raises:
        CheckpointError: the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()


def load_network(path: Path, device: torch.device | None = None) -> nn.Module:
    """Return the averaged network of a checkpoint, in evaluation mode.

    Args:
        path: the checkpoint.
        device: where the network is to compute; the CPU by default.

    Raises:
        CheckpointError: the file cannot be used, or its weights do not fit the network that it names.
        ConfigurationError: it names a network that is unknown here.
    """
    checkpoint = read_checkpoint(path)
    try:
        network = read_network(checkpoint.network_section).build(start=False)
    except ConfigurationError:
        raise
    except ValueError as error:
        raise CheckpointError(f"{path}: its network cannot be built: {error}") from error
    weights = {k.removeprefix("module."): v for k, v in checkpoint.average.items() if k != "n_averaged"}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(f"{path}: the weights do not fit: {error}") from error
    return network.to(device or torch.device("cpu")).eval()
