"""Files of published weights: read without running anything that is in them, and recognised by their shapes.

The files are pickles of an old PyTorch: a dictionary with ``state_dict`` and, from the second place, scores as numpy
numbers, which ``torch.load(weights_only=True)`` refuses unless it is told that they are harmless.
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.networks.dual_hrnet.network import DualHRNetConfig
from training.networks.dual_hrnet.published_names import published_state as dual_hrnet_state
from training.networks.published_names import published_state, recognise
from training.networks.unet import make_second_place
from training.networks.weight_transfer import WeightTransferError
from xview2_qgis.engine.bundle.archive import file_checksum
from xview2_qgis.engine.errors import InputError

from .registry import OFFERS
from .solution import Solution

#: What numpy calls to make a number out of a pickle; old files name its module as numpy 1 did.
_NUMBER: Any = np.float64(0).__reduce__()[0]
_HARMLESS: list[Any] = [
    (_NUMBER, "numpy.core.multiarray.scalar"),
    (_NUMBER, "numpy._core.multiarray.scalar"),
    np.dtype,
    np.dtypes.Float64DType,
]
#: What PyTorch says about numbers and arrays of numpy that are not among these.
_DATA = (
    r"(?:Unsupported global: GLOBAL |but got <class ')"
    r"(numpy\.(?:dtypes\.\w+DType|ndarray|_?core\.(?:multiarray\._reconstruct|numeric\._frombuffer)))(?=['\s])"
)
_AGAIN = "get the file again from its authors (xview2-export published --list)"


@dataclass(frozen=True)
class PublishedFile:
    """A checked file of published weights.

    Attributes:
        path: the file.
        solution: whose.
        network: short name, ``dual_hrnet`` or one of ``SECOND_PLACE``.
        sha256: its checksum.
    """

    path: Path
    solution: Solution
    network: str
    sha256: str

    @property
    def localization(self) -> bool:
        """Whether the network says buildings only."""
        return self.network.endswith("_loc")

    def load(self) -> nn.Module:
        """Build the network with the weights of the file, in evaluation mode."""
        state = _renamed(read_state(self.path), self.network, self.path)
        with torch.device("meta"):
            network = DualHRNetConfig(32, "published").build(start=False) if self.network == "dual_hrnet" else (
                make_second_place(self.network)
            )  # fmt: skip
        network.load_state_dict(state, assign=True)
        return network.float().eval()


def inspect(path: Path, solution: Solution) -> PublishedFile:
    """Read a file, recognise its network and make sure that every weight fits.

    Raises:
        InputError: it is missing, damaged, holds code, or is no network of the solution, or not the one its name says.
    """
    state = read_state(path)
    try:
        network = "dual_hrnet" if solution == "fifth-place" else recognise(state)
    except WeightTransferError as error:
        raise _refused(path, f"{error}", "check --solution, or " + _AGAIN) from error
    _renamed(state, network, path)
    named = OFFERS[solution].files.get(path.name, network)
    if named != network:
        raise _refused(path, f"holds {network}, its name says {named}", "give the file its own name, or " + _AGAIN)
    if broken := next((key for key, value in state.items() if not torch.isfinite(value).all()), None):
        raise _refused(path, f"{broken} holds values that are not finite", _AGAIN)
    return PublishedFile(path, solution, network, file_checksum(path))


def read_state(path: Path) -> dict[str, Tensor]:
    """Return the ``state_dict`` of a checkpoint, names without a leading ``module.``; nothing in it is executed.

    Raises:
        InputError: it is missing, damaged, holds code or something else.
    """
    if not path.is_file():
        raise _refused(path, "there is no such file", "xview2-export published --list says what to fetch")
    try:
        with torch.serialization.safe_globals(_HARMLESS), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about pickles that are refused anyway
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refused(path, _unpickling_fault(str(error)), _AGAIN) from error
    except Exception as error:  # half a dozen types, for what is cut off or something else
        raise _refused(path, "not a PyTorch checkpoint, or cut off", _AGAIN) from error
    state = content.get("state_dict") if isinstance(content, Mapping) else None
    if not isinstance(state, Mapping) or not state or not all(isinstance(v, Tensor) for v in state.values()):
        raise _refused(path, "holds no state_dict", _AGAIN)
    return {str(key).removeprefix("module."): value for key, value in state.items()}


def _unpickling_fault(text: str) -> str:
    """Say what PyTorch stumbled over: values that do no harm and are not needed, code, or no pickle at all."""
    if found := re.search(_DATA, text):
        return f"holds something other than weights ({found.group(1)}), which is not read"
    return "asks to run code, which is never done" if re.search("global", text, re.I) else "not a PyTorch checkpoint"


def _renamed(state: Mapping[str, Tensor], network: str, path: Path) -> dict[str, Tensor]:
    try:
        return dual_hrnet_state(state) if network == "dual_hrnet" else published_state(network, state)
    except WeightTransferError as error:
        raise _refused(path, str(error), "check --solution, or " + _AGAIN) from error


def _refused(path: Path, what: str, hint: str) -> InputError:
    return InputError(f"{path.name}: {what}", hint, "published-file")
