"""Depthwise convolutions in full precision: where they are, what they compute, and that nothing else notices."""

import copy

import pytest
import torch
from torch import nn

from training.networks.encoders import make_encoder
from training.optimisation.depthwise import keep_depthwise_full


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(4, 8, 1), nn.Conv2d(8, 8, 5, padding=2, groups=8), nn.Conv2d(8, 8, 3, padding=1, groups=2)
    )


def test_only_depthwise_convolutions_are_taken():
    assert keep_depthwise_full(network()) == 1


def test_all_of_an_encoder_are_found():
    # EfficientNet-Lite0 has sixteen blocks with one each (Tan and Le 2019)
    assert keep_depthwise_full(make_encoder("efficientnet_lite0", None)) == 16


def test_full_precision_and_names_stay():
    plain, kept = network(), network()
    keep_depthwise_full(kept)
    images = torch.rand(2, 4, 9, 9)
    assert torch.equal(plain(images), kept(images))
    assert list(plain.state_dict()) == list(kept.state_dict())


@pytest.mark.parametrize("copied", [False, True])
def test_lowered_precision_is_lowered_around_it_only(copied):
    kept = network()
    keep_depthwise_full(kept)
    if copied:  # as the moving average of the weights is
        kept = copy.deepcopy(kept)
    images = torch.rand(2, 4, 9, 9)
    with torch.autocast("cpu", torch.bfloat16):
        before = kept[0](images)
        after = kept[1](before)
    assert before.dtype == after.dtype == torch.bfloat16
    full = nn.functional.conv2d(before.float(), kept[1].weight, kept[1].bias, padding=2, groups=8)
    assert torch.equal(after, full.bfloat16())


def test_gradients_arrive_in_the_precision_of_the_weights():
    kept = network()
    keep_depthwise_full(kept)
    with torch.autocast("cpu", torch.bfloat16):
        kept(torch.rand(2, 4, 9, 9)).float().square().mean().backward()
    assert all(p.grad is not None and p.grad.dtype == torch.float32 for p in kept.parameters())
