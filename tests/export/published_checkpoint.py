"""Checkpoint files in the layout of the published ones, with the weights of the numeric fixtures.

The second place saved with PyTorch 1.1 on a GPU: one legacy pickle of protocol 2, tensors tagged ``cuda:0``, every key
behind ``module.``, scores as numpy numbers under the module name of numpy 1. The fifth place: no prefix, and the state
of the optimiser beside the weights.
"""

import io
import json
from collections import OrderedDict

import numpy as np
import torch

from tests.checkout import PARITY
from tests.training import parity_weights

SECOND_PLACE = json.loads((PARITY / "second_place.json").read_text())
DUAL_HRNET = json.loads((PARITY / "dual_hrnet.json").read_text())


def fixture_arrays(network):
    spec = DUAL_HRNET if network == "dual_hrnet" else SECOND_PLACE[network]
    return parity_weights.state_arrays(spec["seed"], spec["state_dict"])


def write_published(path, network, arrays=None):
    """Write the file of a network and return its path."""
    arrays = fixture_arrays(network) if arrays is None else arrays
    prefix = "" if network == "dual_hrnet" else "module."
    state = OrderedDict((prefix + key, torch.from_numpy(np.asarray(array))) for key, array in arrays.items())
    state._metadata = OrderedDict({"": {"version": 1}})  # as state_dict() of a module has it
    content = {"epoch": 37, "state_dict": state}
    if network == "dual_hrnet":
        content["optimizer"] = {"state": {}, "param_groups": [{"lr": 0.0, "momentum": 0.9, "params": [140_000]}]}
    else:
        content["dice_best"] = np.float64(0.86)
        if not network.endswith("_loc"):
            content["xview_best"] = np.float64(0.79)
    return save_as_of_old(path, content)


def save_as_of_old(path, content):
    file = io.BytesIO()
    torch.save(content, file, pickle_protocol=2, _use_new_zipfile_serialization=False)
    data = file.getvalue()
    for new, old in (
        (b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n"),
        (b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"),
    ):
        data = data.replace(new, old)
    path.write_bytes(data)
    return path
