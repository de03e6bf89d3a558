"""The constant padding equals SAME where the size is divisible by the stride, and does not follow odd sizes."""

import pytest
import torch
from timm.layers.conv2d_same import Conv2dSame

from training.networks.same_padding import StaticSameConv2d, fix_same_padding


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (5, 2), (1, 2), (3, 1)])
def test_equals_same_for_even_sizes(kernel, stride):
    same = torch.nn.Sequential(Conv2dSame(4, 4, kernel, stride=stride, groups=4, bias=False))
    image = torch.rand(1, 4, 12, 16)
    expected = same(image)
    fix_same_padding(same)
    assert isinstance(same[0], StaticSameConv2d)
    assert same[0].bias is None
    assert torch.equal(same(image), expected)


def test_odd_sizes_are_padded_like_even_ones():
    conv = StaticSameConv2d(1, 1, 3, 2)
    torch.nn.init.ones_(conv.weight)
    torch.nn.init.zeros_(conv.bias)
    # SAME proper would pad a line of 5 on both sides and give 3 values
    assert conv(torch.ones(1, 1, 5, 5))[0, 0, 0].tolist() == [9, 9]
