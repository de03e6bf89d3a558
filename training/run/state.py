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

from ..losses.target import Loss, Target
from ..networks.weight_transfer import WeightTransferError, load_encoder
from ..optimisation.averaging import averaged_network
from ..optimisation.depthwise import keep_depthwise_full
from ..optimisation.finiteness import FiniteSteps
from ..optimisation.optimisers import make_optimiser
from ..section import ConfigurationError
from .checkpoint import Checkpoint, CheckpointError, load_network
from .configuration import Configuration

_TRIAL = 64  # edge of the pair on which a loss is tried, pixels: two at the coarsest stride


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
            network_section=self.config.network_section,
            network=self.network.state_dict(),
            average=self.average.state_dict(),
            optimiser=self.optimiser.state_dict(),
            scaler=scaler.state_dict() if scaler is not None else {},
        )


def begin_run(config: Configuration, fabric: Fabric, start: Checkpoint | None) -> RunState:
    """Build network, average, optimiser and loss; go on from ``start`` if it is given.

    Raises:
        CheckpointError: the localization network or the network to begin with cannot be read, or ``start`` belongs to
            another network or optimiser, or is the mean of runs.
        ConfigurationError: the network cannot be built, or the loss is made for another one.
        WeightTransferError: start weights do not fit the network.
    """
    # channels last: the fast layout of convolutions on CPUs and tensor cores alike
    network = _built(config, start is None).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no memory format
    check_loss(network, config.loss)
    if config.start is not None and start is None:
        load_start(network, config.start)
    if config.localization is not None and start is None:
        load_encoder(network, load_network(config.localization).state_dict())
    if fabric.world_size > 1 and fabric.device.type == "cuda":
        # timm's, because torch's own drops the activation of timm's combined layers
        network = convert_sync_batchnorm(network)
    if fabric.device.type == "cpu" and config.precision("cpu") == "bf16-mixed":
        keep_depthwise_full(network)
    average = averaged_network(network, config.run.ema_decay).to(fabric.device)
    optimiser = make_optimiser(network, config.optimiser)
    if start is not None:
        _load(network, start.network)
        _load(average, start.average)
    model, wrapped = fabric.setup(torch.compile(network) if config.run.compile else network, optimiser)
    if start is not None:
        # only now: Fabric moves the parameters, and an optimiser takes its state to where its parameters are
        _load_optimiser(optimiser, start.optimiser)
    model.train()
    scaler = _scaler(fabric)
    # a run that began in another precision has no scale to go on with
    if start is not None and start.scaler and scaler is not None:
        scaler.load_state_dict(start.scaler)
    return RunState(
        config=config,
        fabric=fabric,
        network=network,
        average=average,
        model=model,
        optimiser=wrapped,
        criterion=config.loss,
        finite=FiniteSteps(config.run.non_finite),
        step=0 if start is None else start.step,
        best=-math.inf if start is None else start.best,
    )


def _built(config: Configuration, start: bool) -> nn.Module:
    try:
        return config.network.build(start=start)
    except (ConfigurationError, WeightTransferError):
        raise
    except ValueError as error:
        raise ConfigurationError(f"network: {error}") from error


@torch.no_grad()
def check_loss(network: nn.Module, criterion: Loss) -> None:
    """Try a loss on what a network says about a small empty pair; neither is changed, and nothing is drawn.

    Raises:
        ConfigurationError: the loss needs other scores than the network gives.
    """
    was_training = network.training
    empty = torch.zeros(1, 3, _TRIAL, _TRIAL)
    scores = network.eval()(empty, empty)
    network.train(was_training)
    nothing = torch.zeros(1, _TRIAL, _TRIAL, dtype=torch.uint8)
    try:
        criterion(scores, Target(nothing, nothing))
    except ValueError as error:
        raise ConfigurationError(f"loss: {error}") from error


def _load(module: nn.Module, state: dict[str, Any]) -> None:
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        raise CheckpointError(
            "the checkpoint to go on from holds another network; see network in the config"
        ) from error


def _load_optimiser(optimiser: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    if not state:
        raise CheckpointError("the checkpoint is a mean of runs, which cannot go on; begin with it: start=CHECKPOINT")
    try:
        optimiser.load_state_dict(state)
    except ValueError as error:
        raise CheckpointError(f"the checkpoint to go on from has another optimiser ({error})") from error


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
