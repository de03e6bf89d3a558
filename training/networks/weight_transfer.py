"""Transfer of weights between networks and files: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ..errors import TrainingError


class WeightTransferError(TrainingError):
    """Weights do not fit the network; no partial load ever happens silently."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a file of weights: ``.safetensors``, or a state_dict saved by ``torch.save``.

    Raises:
        WeightTransferError: the file cannot be read or holds something else.
    """
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError) as error:
        raise WeightTransferError(f"{path}: cannot be read ({error}); give a .pth or .safetensors file") from error
    except Exception as error:  # torch raises half a dozen types for what is not its own file
        raise WeightTransferError(f"{path}: not a file of weights; give a state_dict (.pth, .safetensors)") from error
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightTransferError(f"{path}: not a state_dict (names of weights and tensors are expected)")
    return dict(state)


def check_match(needed: Mapping[str, Tensor], given: Mapping[str, Tensor], source: str) -> None:
    """Check that two sets of weights have the same names and shapes; counters of batches may be missing.

    Args:
        needed: weights of the network.
        given: weights to load.
        source: where they come from, for the message.

    Raises:
        WeightTransferError: a weight is missing, left over or of another shape; the first three are named.
    """
    missing = [key for key in needed if key not in given and not key.endswith("num_batches_tracked")]
    unknown = [key for key in given if key not in needed]
    misfits = [
        f"{key} {tuple(given[key].shape)} instead of {tuple(value.shape)}"
        for key, value in needed.items()
        if key in given and given[key].shape != value.shape
    ]
    faults = (("missing", missing), ("unknown", unknown), ("of another shape", misfits))
    text = "; ".join(f"{len(keys)} {what} ({_some(keys)})" for what, keys in faults if keys)
    if text:
        raise WeightTransferError(f"{source}: {text} of {len(needed)} weights; nothing is loaded, check the network")


def _some(names: Iterable[str], limit: int = 3) -> str:
    names = list(names)
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "")


def load_matching(network: nn.Module, given: Mapping[str, Tensor], source: str) -> None:
    """Load weights whose names and shapes are exactly those of ``network``, see :func:`check_match`.

    Raises:
        WeightTransferError: they are not.
    """
    check_match(network.state_dict(), given, source)
    network.load_state_dict(given, strict=False)


def load_by_order(network: nn.Module, source: Mapping[str, Tensor]) -> None:
    """Copy weights whose names differ but whose order is the same, as between two ports of one network.

    Both lists name the layers in the order of the data. Every entry of ``network`` must find one of equal shape at its
    own place; entries of the source that are left over must belong to the classification head at the end.

    Raises:
        WeightTransferError: a shape differs or entries are missing.
    """
    target = network.state_dict()
    if len(source) < len(target):
        raise WeightTransferError(f"{len(source)} weights given, {len(target)} needed")
    copied = {}
    for (key, value), (other, given) in zip(target.items(), source.items(), strict=False):
        if value.shape != given.shape:
            raise WeightTransferError(f"{other} {tuple(given.shape)} does not fit {key} {tuple(value.shape)}")
        copied[key] = given
    network.load_state_dict(copied, strict=True)


def load_encoder(network: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Load the encoder of another network, as a damage network starts from the localization network.

    Args:
        network: has its encoder in the attribute ``encoder``.
        state: state_dict of the other network, encoder weights under ``encoder.``; the rest of it is not looked at.

    Raises:
        WeightTransferError: the encoders are not the same in every name and shape.
    """
    prefix = "encoder."
    given = {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
    load_matching(network.get_submodule("encoder"), given, "encoder weights")
