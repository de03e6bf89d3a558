"""The state of a run: what changes from step to step, from its start or from a checkpoint."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from timm.layers import convert_sync_batchnorm
from torch import nn
from torch.optim.swa_utils import AveragedModel

from .averaging import averaged_network
from .checkpoint import Checkpoint, CheckpointError, load_network
from .configuration import Configuration
from .finiteness import FiniteSteps
from .losses.target import Loss
from .networks.weight_transfer import load_encoder
from .optimisers import make_optimiser


@dataclass
class RunState:
    """What changes from step to step.

    Attributes:
        config: the run.
        fabric: device, precision, processes.
        network: the weights that are trained.
        average: their moving average.
        model: the network as Fabric runs it.
        optimiser: the optimiser as Fabric runs it.
        criterion: the loss.
        finite: what to do about steps that are not finite.
        step: steps done.
        best: best figure of the validation so far.
    """

    config: Configuration
    fabric: Fabric
    network: nn.Module
    average: AveragedModel
    model: Any
    optimiser: Any
    criterion: Loss
    finite: FiniteSteps = field(default_factory=FiniteSteps)
    step: int = 0
    best: float = -math.inf

    @property
    def scales_loss(self) -> bool:
        """Whether the loss is scaled, as fp16 needs it."""
        return _scaler(self.fabric) is not None

    def checkpoint(self) -> Checkpoint:
        """Return the run as it is now."""
        scaler = _scaler(self.fabric)
        return Checkpoint(
            step=self.step,
            best=self.best,
            network_section=dict(self.config.network),
            network=self.network.state_dict(),
            average=self.average.state_dict(),
            optimiser=self.optimiser.state_dict(),
            scaler=scaler.state_dict() if scaler is not None else {},
        )


def begin_run(config: Configuration, fabric: Fabric, start: Checkpoint | None) -> RunState:
    """Build network, average, optimiser and loss; go on from ``start`` if it is given.

    Raises:
        CheckpointError: the localization network or the network to begin with cannot be read.
        WeightTransferError: start weights do not fit the network.
    """
    # channels last: the fast layout of convolutions on CPUs and tensor cores alike
    network = config.network_plan.build(start=start is None).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if config.start is not None and start is None:
        load_start(network, config.start)
    if config.localization is not None and start is None:
        load_encoder(network, load_network(config.localization).state_dict())
    if fabric.world_size > 1 and fabric.device.type == "cuda":
        # timm's, because torch's own drops the activation of timm's combined layers
        network = convert_sync_batchnorm(network)
    average = averaged_network(network, config.run.ema_decay).to(fabric.device)
    optimiser = make_optimiser(network, config.optimiser_settings)
    if start is not None:
        network.load_state_dict(start.network)
        average.load_state_dict(start.average)
        optimiser.load_state_dict(start.optimiser)
    model, wrapped = fabric.setup(torch.compile(network) if config.run.compile else network, optimiser)
    model.train()
    scaler = _scaler(fabric)
    if start is not None and scaler is not None:
        scaler.load_state_dict(start.scaler)
    return RunState(
        config=config,
        fabric=fabric,
        network=network,
        average=average,
        model=model,
        optimiser=wrapped,
        criterion=config.criterion,
        finite=FiniteSteps(config.run.non_finite),
        step=0 if start is None else start.step,
        best=-math.inf if start is None else start.best,
    )


def load_start(network: nn.Module, path: Path) -> None:
    """Load the averaged weights of a checkpoint into a network of the same kind.

    Raises:
        CheckpointError: the checkpoint cannot be read, or holds another network.
    """
    try:
        network.load_state_dict(load_network(path).state_dict())
    except RuntimeError as error:
        raise CheckpointError(
            f"{path}: holds another network than the one to train; see network in the config"
        ) from error


def _scaler(fabric: Fabric) -> torch.amp.GradScaler | None:
    """Return the loss scaler of Fabric's fp16 precision; Fabric has no public way to its state."""
    scaler = getattr(fabric._precision, "scaler", None)
    return scaler if isinstance(scaler, torch.amp.GradScaler) else None
