"""Checkpointed activations change nothing but memory."""

import copy

import torch
from torch import nn

from training.networks.activation_checkpoint import checkpointed


def test_gradients_and_statistics_are_those_of_a_plain_call():
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3), nn.BatchNorm2d(2))
    other = copy.deepcopy(plain)
    first, second = torch.rand(2, 3, 2, 8, 8)
    for _ in range(2):
        # twice before the backward pass, as a shared encoder runs
        (plain(first) * plain(second)).square().sum().backward()
        (checkpointed(other, first) * checkpointed(other, second)).square().sum().backward()
    for a, b in zip(plain.parameters(), other.parameters(), strict=True):
        assert torch.allclose(a.grad, b.grad, rtol=1e-5, atol=1e-6)
    for key, value in plain.state_dict().items():
        assert torch.equal(value, other.state_dict()[key]), key
    assert other[1].momentum == 0.1


def test_the_layers_run_again_in_the_backward_pass_only():
    calls = []
    layer = nn.Conv2d(1, 1, 1)
    layer.register_forward_pre_hook(lambda *_: calls.append(torch.is_grad_enabled()))
    result = checkpointed(layer, torch.rand(1, 1, 4, 4))
    assert len(calls) == 1
    result.square().sum().backward()
    assert len(calls) == 2
    with torch.no_grad():
        checkpointed(layer, torch.rand(1, 1, 4, 4))
    assert len(calls) == 3
