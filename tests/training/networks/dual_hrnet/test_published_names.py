"""Every published weight has exactly one place here."""

import json
import re

import pytest
import torch

from tests.checkout import PARITY
from training.networks.dual_hrnet.published import PublishedDualHRNet
from training.networks.dual_hrnet.published_names import published_state
from training.networks.weight_transfer import WeightTransferError

SPEC = json.loads((PARITY / "dual_hrnet.json").read_text())


@pytest.fixture(scope="module")
def state():
    with torch.device("meta"):
        return {key: torch.empty(shape) for key, shape, _ in SPEC["state_dict"]}


def names_of(state):
    """The published name of every weight here, told by where each value ends up."""
    there = {id(value): name for name, value in state.items()}
    return {here: there[id(value)] for here, value in published_state(state).items()}


def test_one_to_one(state):
    names = names_of(state)
    assert len(set(names.values())) == len(names)
    assert set(names.values()) == {key for key, *_ in SPEC["state_dict"]}


def test_order_of_the_streams(state):
    names = names_of(state)
    assert names["encoder.pre.transition1.0.0.weight"] == "loc_net.transitions.0.0.0.weight"
    assert names["encoder.post.conv1.weight"] == "cls_net.conv1.weight"
    assert names["fusions.stage4.post.3.0.weight"] == "fuse_cls_stage3.3.0.weight"
    assert names["damage.classes.bias"] == "cls_net.last_layer.3.bias"


def test_state_is_that_of_the_network(state):
    with torch.device("meta"):
        needed = PublishedDualHRNet().state_dict()
    counters = [key for key in state if key.endswith("num_batches_tracked")]
    for given in (state, {key: value for key, value in state.items() if key not in counters}):
        renamed = published_state(given)
        assert {key: value.shape for key, value in renamed.items()} == {k: v.shape for k, v in needed.items()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("cls_net.transitions.2.3.0.0.weight"), "1 missing (cls_net.transitions.2.3.0.0.weight)"),
        (lambda s: s.update({"loc_net.fpn.weight": torch.zeros(1)}), "1 unknown (loc_net.fpn.weight)"),
        (
            lambda s: s.update({"fuse_loc_stage1.0.0.weight": torch.zeros(32, 32, 1, 1)}),
            "fuse_loc_stage1.0.0.weight (3",
        ),
    ],
)
def test_what_does_not_fit_is_named(state, change, message):
    changed = dict(state)
    change(changed)
    with pytest.raises(WeightTransferError, match=re.escape(message)):
        published_state(changed)
