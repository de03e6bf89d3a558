"""The compact network: sizes, sharing, and what comes out where."""

import pytest
import torch

from training.networks.compact import CompactNetwork

GENERATOR = torch.Generator().manual_seed(3)
PRE, POST = (torch.randn(2, 3, 64, 96, generator=GENERATOR) for _ in range(2))


def make(widths=(8, 8, 8, 8)):
    torch.manual_seed(0)
    return CompactNetwork("test_efficientnet", None, widths)


@pytest.fixture(scope="module")
def network():
    return make().eval()


@torch.no_grad()
def test_scores_have_the_size_of_the_images(network):
    scores = network(PRE, POST)
    assert scores.building.shape == (2, 1, 64, 96)
    assert scores.damage.shape == (2, 4, 64, 96)
    small = network(PRE[:1, :, :32, :32], POST[:1, :, :32, :32])
    assert small.damage.shape == (1, 4, 32, 32)


@torch.no_grad()
def test_both_scores_see_both_images_in_their_order(network):
    scores = network(PRE, POST)
    for other in (network(PRE, POST.flip(0)), network(PRE.flip(0), POST), network(POST, PRE)):
        assert (scores.building - other.building).abs().max() > 1e-4
        assert (scores.damage - other.damage).abs().max() > 1e-4


@torch.no_grad()
def test_pairs_of_a_batch_do_not_meet(network):
    together = network(PRE, POST)
    for number in range(2):
        alone = network(PRE[number : number + 1], POST[number : number + 1])
        for a, b in zip(together, alone, strict=True):
            torch.testing.assert_close(a[number], b[0], rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_four_scores_of_a_cell_are_its_four_pixels():
    """The last convolution alone decides between the pixels of a cell: its planes are rows and columns of them."""
    network = make().eval()
    last = network.head[1]
    last.weight.zero_()
    last.bias.copy_(torch.arange(20.0))
    scores = network(PRE, POST)
    cell = torch.tensor([[0.0, 1.0], [2.0, 3.0]]).repeat(32, 48)
    torch.testing.assert_close(scores.building, cell.expand(2, 1, -1, -1))
    for channel in range(4):
        torch.testing.assert_close(scores.damage[:, channel], (cell + 4 * (channel + 1)).expand(2, -1, -1))


def test_decoder_has_its_widths_and_both_images_at_every_level():
    network = make((40, 30, 20, 10))
    channels = network.encoder.channels
    levels = [[(b[0].in_channels, b[0].out_channels) for b in block.body] for block in network.decoder]
    assert levels == [
        [(40 + 2 * channels[3], 40), (40, 40)],
        [(40 + 2 * channels[2], 30), (30, 30)],
        [(30 + 2 * channels[1], 20), (20, 20)],
        [(20 + 2 * channels[0], 10)],
    ]
    assert network.bottom[0].in_channels == 2 * channels[4]


def test_there_is_one_encoder_and_every_weight_learns():
    network = make().train()
    assert {name.split(".")[0] for name, _ in network.named_parameters()} == {"encoder", "bottom", "decoder", "head"}
    scores = network(PRE, POST)
    (scores.building.square().mean() + scores.damage.square().mean()).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []
