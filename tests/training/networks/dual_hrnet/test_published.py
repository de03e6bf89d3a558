"""The published Dual-HRNet gives the scores that its authors' program gives."""

import json

import numpy as np
import pytest
import torch

from tests.checkout import PARITY
from tests.training import parity_weights
from training.networks.dual_hrnet.published import PublishedDualHRNet
from training.networks.dual_hrnet.published_names import published_state

SPEC = json.loads((PARITY / "dual_hrnet.json").read_text())


@pytest.fixture(scope="module")
def network():
    arrays = parity_weights.state_arrays(SPEC["seed"], SPEC["state_dict"])
    assert parity_weights.digest(arrays) == SPEC["weights_sha256"]
    with torch.device("meta"):
        network = PublishedDualHRNet()
    state = published_state({key: torch.from_numpy(array) for key, array in arrays.items()})
    network.load_state_dict(state, assign=True)
    return network.eval()


@pytest.mark.parametrize("case", SPEC["cases"], ids=["96x128", "100x132"])
def test_scores_are_the_published_ones(network, case):
    images = parity_weights.input_pair(SPEC["seed"], case["input"], case["height"], case["width"])
    with torch.inference_mode():
        scores = network(*(torch.from_numpy(parity_weights.normalise(image))[None] for image in images))
    expected = np.load(PARITY / "dual_hrnet.npz")
    for result, name in ((scores.building, "loc"), (scores.damage, "cls")):
        wanted = expected[case["arrays"][name]]
        assert result.shape == (1, *wanted.shape)
        assert np.abs(result[0].numpy() - wanted).max() <= 1e-4 * np.abs(wanted).max()


def test_number_of_parameters(network):
    assert sum(p.numel() for p in network.parameters()) == SPEC["parameters"]


def test_start_without_a_file_is_that_of_upstream():
    torch.manual_seed(0)
    network = PublishedDualHRNet(18)
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            assert module.weight.std().item() == pytest.approx(0.001, rel=0.3), name
        elif isinstance(module, torch.nn.BatchNorm2d):
            assert (module.momentum, module.eps) == (0.01, 1e-5), name


def test_gradients_reach_every_weight():
    torch.manual_seed(0)
    network = PublishedDualHRNet(18, checkpoint_activations=True)
    scores = network(*torch.randn(2, 2, 3, 64, 64))
    (scores.building.square().mean() + scores.damage.square().mean()).backward()
    for name, parameter in network.named_parameters():
        if parameter.ndim > 1:  # the bias before a normalisation changes nothing
            assert torch.isfinite(parameter.grad).all(), name
            assert parameter.grad.abs().max() > 0, name
