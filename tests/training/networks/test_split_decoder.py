"""The split network: what each decoder may look at, and what comes out where."""

import pytest
import torch
from torch.nn import functional

from training.networks.registry import read_network
from training.networks.split_decoder import SplitDecoderNetwork

GENERATOR = torch.Generator().manual_seed(3)
PRE, POST = (torch.randn(2, 3, 64, 96, generator=GENERATOR) for _ in range(2))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return SplitDecoderNetwork("efficientnet_lite0").eval()


def test_scores_have_the_size_of_the_images(network):
    with torch.no_grad():
        scores = network(PRE, POST)
    assert scores.building.shape == (2, 1, 64, 96)
    assert scores.damage.shape == (2, 4, 64, 96)


def test_buildings_are_those_of_the_image_before(network):
    with torch.no_grad():
        scores, other = network(PRE, POST), network(PRE, POST.flip(0))
        moved = network(PRE.flip(0), POST)
    torch.testing.assert_close(scores.building, other.building)
    assert (scores.damage - other.damage).abs().max() > 1e-4
    torch.testing.assert_close(moved.building, scores.building.flip(0))
    assert (scores.damage - moved.damage).abs().max() > 1e-4


def test_four_scores_of_a_cell_are_its_four_pixels(network):
    """The last convolution alone decides between the pixels of a cell: its planes are rows and columns of them."""
    head = network.building_head[0]
    with torch.no_grad():
        weight, bias = head.weight.clone(), head.bias.clone()
        head.weight.zero_()
        head.bias.copy_(torch.arange(4.0))
        building = network(PRE, POST).building
        head.weight.copy_(weight)
        head.bias.copy_(bias)
    torch.testing.assert_close(building, torch.tensor([[0.0, 1.0], [2.0, 3.0]]).repeat(32, 48).expand(2, 1, -1, -1))


def test_every_weight_learns():
    network = SplitDecoderNetwork("efficientnet_lite0").train()
    scores = network(PRE, POST)
    (scores.building.square().mean() + scores.damage.square().mean()).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_plan():
    plan = read_network({"name": "compact-split", "weights": None, "damage_widths": [8, 8, 8, 16], "dropout": 0.5})
    assert plan.task == "joint"
    network = plan.build(start=False)
    assert network.damage_head[1].in_channels == 16
    assert network.damage_head[0].p == 0.5


def test_magnified_network_gives_scores_of_its_images_own_size():
    """It is the plain network on enlarged images, brought back; sizes are rounded to what the encoder takes."""
    torch.manual_seed(0)
    plain = SplitDecoderNetwork("efficientnet_lite0").eval()
    enlarging = SplitDecoderNetwork("efficientnet_lite0", magnification=1.4).eval()
    enlarging.load_state_dict(plain.state_dict())
    big = [functional.interpolate(i, size=(96, 128), mode="bilinear") for i in (PRE, POST)]  # 89.6 and 134.4 rounded
    with torch.no_grad():
        scores, expected = enlarging(PRE, POST), plain(*big)
    assert scores.building.shape == (2, 1, 64, 96)
    assert scores.damage.shape == (2, 4, 64, 96)
    torch.testing.assert_close(
        scores.building, functional.interpolate(expected.building, size=(64, 96), mode="bilinear")
    )
    # the damage scores are brought back in one go, not over the enlarged size
    difference = scores.damage - functional.interpolate(expected.damage, size=(64, 96), mode="bilinear")
    assert difference.abs().mean() < 0.1 * scores.damage.abs().mean()


def test_differences_begin_at_zero_and_do_not_see_which_image_is_which(network):
    told = SplitDecoderNetwork("efficientnet_lite0", difference=True).eval()
    missing, unexpected = told.load_state_dict(network.state_dict(), strict=False)
    assert missing == [f"differences.{i}.weight" for i in range(4)]
    assert unexpected == []
    with torch.no_grad():
        plain, same = network(PRE, POST), told(PRE, POST)
        torch.testing.assert_close(same.damage, plain.damage)
        for addition in told.differences:
            addition.weight.normal_()
        assert (told(PRE, POST).damage - plain.damage).abs().max() > 1e-4
        # nothing is added where both images are the same
        torch.testing.assert_close(told(PRE, PRE).damage, network(PRE, PRE).damage)
