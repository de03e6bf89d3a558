"""Names of the weights in the published fifth-place checkpoint, and those of the same weights here.

Upstream calls the streams after the heads they carry (``loc_net`` sees the pre-event image, ``cls_net`` the one after),
and the fusion *before* stage 2 ``stage1``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import torch
from torch import Tensor

from ..weight_transfer import check_match
from .published import PublishedDualHRNet

_TASKS = {"pre": "loc", "post": "cls", "building": "loc", "damage": "cls"}
_LAYERS = {"mix": 0, "norm": 1, "classes": 3}


def published_state(state: Mapping[str, Tensor], width: int = 32) -> dict[str, Tensor]:
    """Return a published state_dict under the names used here; counters of batches may be missing.

    Args:
        state: names as upstream, without ``module.``.
        width: W of the network; the published checkpoint has 32.

    Raises:
        WeightTransferError: a weight is missing, left over or of another shape; the names are upstream's.
        ValueError: there is no such width.
    """
    blank = _blank(width)
    names = {key: _upstream(key) for key in blank}
    check_match({names[key]: value for key, value in blank.items()}, state, "Dual-HRNet")
    counter = torch.tensor(0)  # absent in files older than the counters; nothing here divides by it
    return {key: state.get(name, counter.clone()) for key, name in names.items()}


@functools.cache
def _blank(width: int) -> Mapping[str, Tensor]:
    """Weights without values; a second or two go into the thousands of layers."""
    with torch.device("meta"):
        return dict(PublishedDualHRNet(width).state_dict())


def _upstream(key: str) -> str:
    part, rest = key.split(".", 1)
    if part == "encoder":
        when, layer = rest.split(".", 1)
        # the first transition is number 0 there, 1 here
        layer = re.sub(r"^transition(\d)", lambda match: f"transitions.{int(match[1]) - 1}", layer)
        return f"{_TASKS[when]}_net.{layer}"
    if part == "fusions":
        stage, when, layer = rest.split(".", 2)
        return f"fuse_{_TASKS[when]}_stage{int(stage[-1]) - 1}.{layer}"
    name, weight = rest.split(".", 1)
    return f"{_TASKS[part]}_net.last_layer.{_LAYERS[name]}.{weight}"
