"""The eight published second-place networks against the numbers of the published program."""

import hashlib
import json

import numpy as np
import pytest
import torch

from tests.checkout import PARITY
from tests.training import parity_weights
from training.networks.published_names import published_state, recognise
from training.networks.unet import make_second_place
from training.networks.unet_layout import SECOND_PLACE
from training.networks.weight_transfer import WeightTransferError

CASES = json.loads((PARITY / "second_place.json").read_text())


def blank_state(name):
    return {key: torch.empty(shape, device="meta") for key, shape, _ in CASES[name]["state_dict"]}


@pytest.mark.parametrize("name", sorted(SECOND_PLACE))
def test_scores_equal_the_published_ones(name):
    case = CASES[name]
    arrays = parity_weights.state_arrays(case["seed"], case["state_dict"])
    with torch.device("meta"):
        network = make_second_place(name)
    state = published_state(name, {key: torch.from_numpy(value) for key, value in arrays.items()})
    network.load_state_dict(state, assign=True)
    pair = parity_weights.input_pair(case["seed"], case["input"], case["height"], case["width"])
    assert hashlib.sha256(b"".join(image.tobytes() for image in pair)).hexdigest() == case["input_sha256"]
    pre, post = (torch.from_numpy(parity_weights.normalise(image))[None] for image in pair)
    with torch.no_grad():
        scores = network.eval()(pre, post)
    found = (scores.damage if scores.building is None else scores.building)[0].numpy()
    top, down, left, right = case["sample"]
    expected = np.load(PARITY / "second_place.npz")[name]
    assert found.shape == (len(case["channel_mean"]), case["height"], case["width"])
    assert np.abs(found[:, top::down, left::right] - expected).max() <= 1e-4 * case["max_abs"]
    assert np.abs(found).max() == pytest.approx(case["max_abs"], rel=1e-4)
    assert found.mean((1, 2)) == pytest.approx(case["channel_mean"], abs=1e-4 * case["max_abs"])
    assert found.std((1, 2)) == pytest.approx(case["channel_std"], abs=1e-4 * case["max_abs"])
    assert sum(p.numel() for p in network.parameters()) == case["parameters"]


@pytest.mark.parametrize("name", sorted(SECOND_PLACE))
def test_names_are_one_to_one(name):
    state = blank_state(name)
    there = {id(value): key for key, value in state.items()}
    names = [there[id(value)] for value in published_state(name, state).values()]
    assert sorted(names) == sorted(state)
    assert recognise(state) == name


def test_recipe_gives_the_weights_of_the_fixtures():
    case = CASES["b2_softmax"]
    arrays = parity_weights.state_arrays(case["seed"], case["state_dict"])
    assert parity_weights.digest(arrays) == case["weights_sha256"]


def test_every_weight_must_fit():
    state = blank_state("b2_softmax")
    with pytest.raises(WeightTransferError, match=r"b2_softmax: 1 missing \(final\.0\.bias\)"):
        published_state("b2_softmax", {key: value for key, value in state.items() if key != "final.0.bias"})
    with pytest.raises(WeightTransferError, match=r"1 unknown \(final\.1\.bias\)"):
        published_state("b2_softmax", state | {"final.1.bias": torch.zeros(5)})
    with pytest.raises(WeightTransferError, match=r"1 of another shape \(final\.0\.bias \(4,\) instead of \(5,\)\)"):
        published_state("b2_softmax", state | {"final.0.bias": torch.zeros(4)})
    with pytest.raises(WeightTransferError, match="of another shape"):
        published_state("d161_loc", blank_state("d161_softmax"))
    old = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    filled = published_state("b2_softmax", old)
    assert set(filled) == set(published_state("b2_softmax", state))
    assert filled["encoder.bn1.num_batches_tracked"] == 0


def test_unknown_networks_are_not_recognised():
    with pytest.raises(WeightTransferError, match=r"bottlenecks\.0\.seq\.0\.weight is missing"):
        recognise({"module.bottlenecks.0.seq.0.weight": torch.zeros(256, 1808, 3, 3)})
    with pytest.raises(WeightTransferError, match="has 7 input channels"):
        recognise({"bottlenecks.0.seq.0.weight": torch.zeros(2, 7, 3, 3)})
    early = blank_state("d161_loc") | {"encoder_stages.0.0.weight": torch.empty(96, 6, 7, 7, device="meta")}
    with pytest.raises(WeightTransferError, match="six input channels"):
        recognise(early)
