"""Names of published weights: every one finds the weight of the same place and shape here."""

import functools
import json

import pytest
import torch

from tests.checkout import PARITY
from training.networks.published_names import published_state, recognise
from training.networks.unet import make_second_place
from training.networks.unet_layout import SECOND_PLACE
from training.networks.weight_transfer import WeightTransferError

#: Names and shapes that the published program itself wrote down.
CASES = json.loads((PARITY / "second_place.json").read_text())
NAMES = sorted(SECOND_PLACE)


def blank_state(name):
    return {key: torch.empty(shape, device="meta") for key, shape, _ in CASES[name]["state_dict"]}


@functools.cache
def places(name):
    """The published name of every weight here, told by where each value ends up."""
    state = blank_state(name)
    there = {id(value): key for key, value in state.items()}
    return {here: there[id(value)] for here, value in published_state(name, state).items()}


def test_every_published_network_is_known():
    assert set(NAMES) == {name for name in CASES if "state_dict" in CASES[name]}


@pytest.mark.parametrize("name", NAMES)
def test_state_fits_the_network(name):
    with torch.device("meta"):
        needed = make_second_place(name).state_dict()
    found = published_state(name, blank_state(name))
    assert {key: value.shape for key, value in found.items()} == {key: value.shape for key, value in needed.items()}


@pytest.mark.parametrize("name", NAMES)
def test_kinds_of_weights_stay_what_they_are(name):
    """A running mean is a running mean there, too; nothing is told by its shape alone."""
    for here, there in places(name).items():
        assert here.rpartition(".")[2] == there.rpartition(".")[2]
        assert here.startswith("encoder.") == there.startswith("encoder_stages.")


@pytest.mark.parametrize("name", NAMES)
def test_levels_count_from_the_deepest(name):
    """The bottlenecks of the published program do, its enlargements count the other way."""
    names = places(name)
    for level in range(4):
        here = f"decoder.levels.{level}"
        assert names[f"{here}.enlarge.convolution.weight"] == f"decoder_stages.{3 - level}.layer.1.weight"
        assert names[f"{here}.join.bias"] == f"bottlenecks.{level}.seq.0.bias"
    assert names["decoder.head.classes.weight"] == "final.0.weight"
    assert ("decoder.levels.0.gate.spatial.weight" in names) == name.startswith("se50")


@pytest.mark.parametrize(
    ("name", "here", "there"),
    [
        ("d92_loc", "encoder.features.conv2_1.c1x1_w_s1.bn.weight", "encoder_stages.1.1.c1x1_w_s1.bn.weight"),
        ("d92_softmax", "encoder.features.conv5_bn_ac.bn.bias", "encoder_stages.4.3.bn.bias"),
        ("d161_loc", "encoder.features.transition1.conv.weight", "encoder_stages.2.0.conv.weight"),
        ("se50_loc", "encoder.layer0.conv1.weight", "encoder_stages.0.conv1.weight"),
        ("se50_softmax", "encoder.layer1.0.se_module.fc1.weight", "encoder_stages.1.1.0.se_module.fc1.weight"),
        ("r101_softmax", "encoder.layer4.2.bn3.running_var", "encoder_stages.4.2.bn3.running_var"),
        ("b2_softmax", "encoder.blocks.0.0.conv_pw.weight", "encoder_stages.1.0._project_conv.weight"),
        ("b2_softmax", "encoder.blocks.1.0.conv_pw.weight", "encoder_stages.1.2._expand_conv.weight"),
        ("b2_softmax", "encoder.blocks.6.1.conv_pwl.weight", "encoder_stages.4.6._project_conv.weight"),
    ],
)
def test_places_in_the_encoders(name, here, there):
    assert places(name)[here] == there


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_recognised_by_its_weights(name):
    state = blank_state(name)
    assert recognise(state) == name
    with pytest.raises(WeightTransferError, match="is missing"):
        recognise({f"module.{key}": value for key, value in state.items()})


def test_weights_of_another_kind_are_not_recognised():
    with pytest.raises(WeightTransferError, match=r"bottlenecks\.0\.seq\.0\.weight is missing"):
        recognise({"bottlenecks.0.seq.0.weight": torch.zeros(1808)})
    with pytest.raises(WeightTransferError, match="is missing"):
        recognise({})


def test_absent_counters_are_zeros_of_their_own():
    """Files older than the counters have none; one tensor for all would count all layers at once."""
    state = {key: value for key, value in blank_state("b2_softmax").items() if "num_batches" not in key}
    counters = [v for key, v in published_state("b2_softmax", state).items() if key.endswith("num_batches_tracked")]
    assert len({counter.data_ptr() for counter in counters}) == len(counters) > 10
    assert all(int(counter) == 0 for counter in counters)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="network d92: unknown"):
        published_state("d92", blank_state("d92_loc"))
