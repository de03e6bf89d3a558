"""Optimisers: what is decayed, and how fast the encoder learns."""

import pytest
import torch
from torch import nn

from training.optimisers import OptimiserSettings, make_optimiser, set_rate


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
