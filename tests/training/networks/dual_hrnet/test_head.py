"""Aggregation of the branches, and the sizes of the heads."""

import torch
from torch import nn

from training.networks.dual_hrnet.head import PublishedHead, ScoreHeads, gathered


def test_branches_are_stacked_at_the_finest_size():
    maps = [torch.full((1, 2 << i, 9 >> i, 12 >> i), float(i)) for i in range(4)]
    out = gathered(maps)
    assert out.shape == (1, 30, 9, 12)
    for branch, start in enumerate((0, 2, 6, 14)):
        assert torch.allclose(out[0, start], torch.tensor(float(branch)))


def test_described_heads():
    heads = ScoreHeads(720)
    convolutions = [m for m in heads.modules() if isinstance(m, nn.Conv2d)]
    sizes = [(m.in_channels, m.out_channels, m.kernel_size[0]) for m in convolutions]
    assert sizes == [
        (720, 512, 1),
        *((512, 256, 3), (256, 128, 3), (128, 1, 1)),
        *((512, 256, 3), (256, 128, 3), (128, 5, 1)),
    ]
    heads = ScoreHeads(12, 16).eval()
    x = torch.randn(2, 12, 4, 6)
    assert torch.equal(heads(x)[:, :1], heads.building(heads.aggregate(x)))
    assert heads(x).shape == (2, 6, 4, 6)


def test_published_head():
    head = PublishedHead(12, 4).eval()
    assert head(torch.randn(2, 12, 4, 6)).shape == (2, 4, 4, 6)
    assert head.mix.bias is not None
