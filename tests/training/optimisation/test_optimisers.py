"""Optimisers: what is decayed, and how fast the encoder learns."""

import pytest
import torch
from torch import nn

from training.optimisation.optimisers import OptimiserSettings, make_optimiser, set_rate
from training.section import ConfigurationError


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        self.head = nn.Conv2d(4, 1, 1)


def test_norms_and_biases_are_not_decayed():
    network = Network()
    optimiser = make_optimiser(network, OptimiserSettings(weight_decay=0.1))
    decay = {id(p): g["weight_decay"] for g in optimiser.param_groups for p in g["params"]}
    assert {n: decay[id(p)] for n, p in network.named_parameters()} == {
        "encoder.0.weight": 0.1, "encoder.0.bias": 0.0, "encoder.1.weight": 0.0, "encoder.1.bias": 0.0,
        "head.weight": 0.1, "head.bias": 0.0,
    }  # fmt: skip


def test_encoder_has_its_own_rate():
    network = Network()
    optimiser = make_optimiser(network, OptimiserSettings(encoder_factor=0.25))
    set_rate(optimiser, 8e-4)
    rates = {id(p): g["lr"] for g in optimiser.param_groups for p in g["params"]}
    assert rates[id(network.encoder[0].weight)] == pytest.approx(2e-4)
    assert rates[id(network.head.weight)] == pytest.approx(8e-4)


@pytest.mark.parametrize(
    ("name", "kind"), [("adamw", torch.optim.AdamW), ("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)]
)
def test_names(name, kind):
    assert type(make_optimiser(Network(), OptimiserSettings(name=name))) is kind


@pytest.mark.parametrize("name", ["adamw", "adam", "sgd"])
def test_frozen_modules_keep_their_weights(name):
    network = Network()
    before = {n: p.clone() for n, p in network.named_parameters()}
    optimiser = make_optimiser(network, OptimiserSettings(name=name, learning_rate=0.1, frozen=("encoder.0",)))
    network.head(network.encoder(torch.randn(2, 3, 8, 8))).exp().mean().backward()
    optimiser.step()
    changed = {n for n, p in network.named_parameters() if not torch.equal(p, before[n])}
    assert changed & {"encoder.0.weight", "encoder.0.bias"} == set()
    assert {"encoder.1.weight", "head.weight", "head.bias"} <= changed
    # a gradient that nobody uses is not computed
    assert network.encoder[0].weight.grad is None


def test_a_module_that_does_not_exist_cannot_be_frozen():
    with pytest.raises(ConfigurationError, match=r"optimiser.frozen: the network has no 'encoder.stem'"):
        make_optimiser(Network(), OptimiserSettings(frozen=("encoder.stem",)))
