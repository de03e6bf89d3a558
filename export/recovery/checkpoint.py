"""A checkpoint from a bundle: what ``start`` of a configuration takes, where the checkpoint of the bundle is gone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.networks.normalisation import normalise
from training.optimisation.averaging import averaged_network
from training.run.checkpoint import Checkpoint
from training.run.configuration import Configuration

from ..bundle.any_bundle import AnyBundle
from ..graph.export_graph import ExportGraph
from ..sessions.image_pairs import ImagePair
from .agreement import agreement
from .convolutions import RecoveryError, read_convolutions
from .network import fill

#: Least correlation of log-odds; weights of 16 bits stay above 0.999.
_ALIKE = 0.99


def recover(bundle: AnyBundle, config: Configuration, pairs: list[ImagePair]) -> tuple[Checkpoint, float]:
    """Return a checkpoint with the weights of a bundle, and how well it agrees with it.

    Args:
        bundle: with weights of 16-bit or 32-bit floats.
        config: its network is the one that was exported.
        pairs: images like those that it was trained on, of one size; its normalisations are measured on them.

    Raises:
        ConfigurationError: the network cannot be built.
        ModelError: ONNX Runtime refuses the bundle.
        RecoveryError: the bundle holds another network.
    """
    path = _file(bundle, config.network.task)
    network = config.network.build(start=False)
    images = [(_image(pair.pre), _image(pair.post)) for pair in pairs]
    fill(network, read_convolutions(path), images)
    graph = ExportGraph(network, (pairs[0].pre.shape[1], pairs[0].pre.shape[2]))
    alike = agreement(path, graph, pairs[:2])
    if not alike > _ALIKE:  # also where it is not a number
        raise RecoveryError(
            f"{path}: the network of the config does not say what the bundle says (correlation {alike:.3f})"
        )
    return _checkpoint(network, config), alike


def _file(bundle: AnyBundle, task: str) -> Path:
    roles = [str(entry["role"]) for entry in bundle.manifest["networks"]]
    if roles.count(task) != 1:
        raise RecoveryError(f"the bundle holds networks for {', '.join(roles)}, the config says {task}")
    return bundle.files[roles.index(task)]


def _image(pixels: NDArray[np.uint8]) -> torch.Tensor:
    return normalise(torch.from_numpy(pixels)[None])


def _checkpoint(network: nn.Module, config: Configuration) -> Checkpoint:
    average = averaged_network(network, config.run.ema_decay)
    return Checkpoint(
        step=0,
        best=-math.inf,
        network_section=config.network_section,
        network=network.state_dict(),
        average=average.state_dict(),
        optimiser={},
        scaler={},
    )
