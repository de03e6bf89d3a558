"""The decoder blocks, against their formulas on numbers that can be followed by hand."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from training.networks.blocks import AlignedBlock, ConvBlock, DecoderBlock, EnlargingBlock, GatedBlock, ScseGate


def passing(convolution, source):
    """Let output channel i of a 3×3 convolution be input channel ``source[i]``."""
    with torch.no_grad():
        convolution.weight.zero_()
        for channel, number in enumerate(source):
            convolution.weight[channel, number, 1, 1] = 1
        if convolution.bias is not None:
            convolution.bias.zero_()


def plain(block):
    """In evaluation mode, with a normalisation that changes nothing."""
    for module in block.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 0.0
    return block.eval()


def test_convolution_then_normalisation_then_relu():
    torch.manual_seed(0)
    block = ConvBlock(3, 5)
    x = torch.randn(4, 3, 6, 7)
    y = functional.conv2d(functional.pad(x, (1, 1, 1, 1)), block[0].weight)
    mean, variance = y.mean((0, 2, 3), keepdim=True), y.var((0, 2, 3), keepdim=True, unbiased=False)
    torch.testing.assert_close(block(x), ((y - mean) / (variance + 1e-5).sqrt()).clamp(min=0), rtol=1e-4, atol=1e-5)
    # a bias before a normalisation would be a weight that nothing depends on
    assert [name for name, _ in block.named_parameters()] == ["0.weight", "1.weight", "1.bias"]


@torch.no_grad()
def test_decoder_level_by_hand():
    """Bilinear with pixel edges kept; channels from below come first, then the skips in their order."""
    block = plain(DecoderBlock(1, 3, 4))
    passing(block.body[0][0], (0, 1, 2, 3))
    passing(block.body[1][0], (0, 1, 2, 3))
    below = torch.tensor([[[[0.0, 4.0]]]])
    first, second = torch.full((1, 2, 2, 4), 7.0), torch.full((1, 1, 2, 4), -9.0)
    found = block(below, [first, second])
    assert found[0, 0].tolist() == [[0, 1, 3, 4]] * 2
    assert (found[0, 1:3] == 7).all()
    assert (found[0, 3] == 0).all()  # negative before the ReLU


@pytest.mark.parametrize("convolutions", [1, 2, 3])
def test_decoder_level_takes_the_size_of_its_skips(convolutions):
    block = DecoderBlock(4, 5, 6, convolutions)
    assert [(m.in_channels, m.out_channels) for m in block.modules() if isinstance(m, nn.Conv2d)] == [
        (9, 6),
        *[(6, 6)] * (convolutions - 1),
    ]
    # a map with an odd edge was halved upwards on the way down
    assert block(torch.randn(2, 4, 3, 5), [torch.randn(2, 2, 5, 9), torch.randn(2, 3, 5, 9)]).shape == (2, 6, 5, 9)


@torch.no_grad()
def test_enlarging_repeats_pixels():
    block = EnlargingBlock(1, 2)
    passing(block.convolution, (0,))
    block.convolution.weight[1, 0, 1, 1] = -1
    block.convolution.bias[1] = 2.5
    found = block(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
    assert found[0, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert found[0, 1].tolist() == [[1.5, 1.5, 0.5, 0.5], [1.5, 1.5, 0.5, 0.5], [0, 0, 0, 0], [0, 0, 0, 0]]


@torch.no_grad()
def test_aligned_level_by_hand():
    block = AlignedBlock(2, 2, 3)
    passing(block.enlarge.convolution, (0, 1, 1))
    passing(block.join, (4, 1, 0))
    block.join.bias[2] = -2.0
    below = torch.tensor([1.0, 5.0]).view(1, 2, 1, 1)
    skips = [torch.full((1, 1, 2, 2), 8.0), torch.full((1, 1, 2, 2), 9.0)]
    found = block(below, skips)
    assert found[0, :, 1, 1].tolist() == [9, 5, 0]  # the last skip, the second channel below, 1 - 2 cut off
    assert not [m for m in block.modules() if isinstance(m, nn.BatchNorm2d)]


def test_gates_by_their_formula():
    torch.manual_seed(1)
    gate = ScseGate(4)
    x = torch.randn(2, 4, 3, 5)
    reduce, expand = (m.weight[:, :, 0, 0] for m in (gate.reduce, gate.expand))
    hidden = (x.mean((2, 3)) @ reduce.T + gate.reduce.bias).clamp(min=0)
    channel = 1 / (1 + torch.exp(-(hidden @ expand.T + gate.expand.bias)))
    space = 1 / (1 + torch.exp(-torch.einsum("c,nchw->nhw", gate.spatial.weight[0, :, 0, 0], x)))
    expected = torch.cat([x * channel[:, :, None, None], x * space[:, None]], dim=1)
    torch.testing.assert_close(gate(x), expected)
    assert gate.reduce.out_channels == 2  # half of them
    assert gate.spatial.bias is None


@torch.no_grad()
def test_gated_level_is_an_aligned_one_behind_its_gates():
    torch.manual_seed(2)
    gated, aligned = GatedBlock(3, 4, 6), AlignedBlock(3, 4, 6)
    aligned.load_state_dict({k: v for k, v in gated.state_dict().items() if not k.startswith("gate.")})
    below, skips = torch.randn(2, 3, 4, 4), [torch.randn(2, 1, 8, 8), torch.randn(2, 3, 8, 8)]
    found = gated(below, skips)
    assert found.shape == (2, 12, 8, 8)
    torch.testing.assert_close(found, gated.gate(aligned(below, skips)))


@pytest.mark.parametrize(
    "block", [DecoderBlock(2, 3, 4), AlignedBlock(2, 3, 4), GatedBlock(2, 3, 4)], ids=lambda b: type(b).__name__
)
def test_every_weight_and_both_inputs_matter(block):
    torch.manual_seed(3)
    for parameter in block.parameters():  # a hidden unit that happens to be silent learns nothing
        nn.init.uniform_(parameter, 0.1, 0.5)
    below = torch.rand(2, 2, 4, 4, requires_grad=True)
    skips = [torch.rand(2, 1, 8, 8, requires_grad=True), torch.rand(2, 2, 8, 8, requires_grad=True)]
    (block(below, skips) * torch.rand(8, 8)).sum().backward()
    for value in (below, *skips, *block.parameters()):
        assert value.grad.any()
