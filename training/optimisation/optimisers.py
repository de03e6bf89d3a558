"""Optimisers: which parameters are decayed, and how fast the encoder learns beside the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn

from ..section import ConfigurationError


@dataclass(frozen=True)
class OptimiserSettings:
    """An optimiser of the recipes.

    Attributes:
        name: AdamW, Adam with L2 penalty, or SGD.
        learning_rate: rate of phases that name none.
        encoder_factor: factor on the rate for the encoder, which starts from ImageNet.
        weight_decay: on weights only; never on norms and biases.
        momentum: of SGD.
        nesterov: of SGD.
        clip: greatest norm of the gradient; ``None`` leaves it.
        frozen: modules whose weights keep their start values for the whole run, as ``encoder.conv_stem``; batch
            statistics still move. The first stages of an encoder are a quarter of a step on a CPU.
    """

    name: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = 1e-3
    encoder_factor: float = 1.0
    weight_decay: float = 1e-2
    momentum: float = 0.9
    nesterov: bool = False
    clip: float | None = 5.0
    frozen: tuple[str, ...] = ()


def is_encoder(name: str) -> bool:
    """Return whether a parameter belongs to the encoder; every network here keeps it under that name."""
    return name.startswith("encoder.")


def parameter_groups(network: nn.Module, settings: OptimiserSettings) -> list[dict[str, Any]]:
    """Return four groups: encoder or not, decayed or not. ``factor`` is the group's factor on the rate.

    Raises:
        ConfigurationError: there is no such module to freeze.
    """
    for module in settings.frozen:
        try:
            network.get_submodule(module).requires_grad_(False)
        except AttributeError as error:
            raise ConfigurationError(f"optimiser.frozen: the network has no {module!r}") from error
    groups = []
    for inside in (True, False):
        named = [p for n, p in network.named_parameters() if is_encoder(n) == inside and p.requires_grad]
        factor = settings.encoder_factor if inside else 1.0
        for decay, chosen in (
            (settings.weight_decay, [p for p in named if p.ndim > 1]),
            (0.0, [p for p in named if p.ndim <= 1]),
        ):
            if chosen:
                groups.append({"params": chosen, "weight_decay": decay, "factor": factor})
    return groups


def make_optimiser(network: nn.Module, settings: OptimiserSettings) -> torch.optim.Optimizer:
    """Build the optimiser of a network; its rates are set by :func:`set_rate` before every step."""
    groups = parameter_groups(network, settings)
    rate = settings.learning_rate
    if settings.name == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=settings.momentum, nesterov=settings.nesterov)
    kind = torch.optim.AdamW if settings.name == "adamw" else torch.optim.Adam
    return kind(groups, lr=rate)


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of the coming step."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["factor"]
