"""TensorFlow's SAME padding as a constant."""

from __future__ import annotations

from timm.layers.conv2d_same import Conv2dSame
from torch import Tensor, nn
from torch.nn import functional


class StaticSameConv2d(nn.Conv2d):
    """Strided convolution with the padding that SAME has for a size divisible by the stride, whatever the size is.

    efficientnet_pytorch up to 0.6, with which the second-place B2 was trained, fixes the padding of every layer as for
    an image of 260 pixels: kernel minus stride in all, the odd pixel right and below. A constant padding also keeps
    arithmetic on image sizes out of an exported graph.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution (N, outputs, H / stride, W / stride) of (N, inputs, H, W)."""
        tall, wide = (max(k - s, 0) for k, s in zip(self.kernel_size, self.stride, strict=True))
        padded = functional.pad(x, (wide // 2, wide - wide // 2, tall // 2, tall - tall // 2))
        return functional.conv2d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


def fix_same_padding(network: nn.Module) -> None:
    """Replace timm's convolutions that find their SAME padding at run time; weights and their names stay."""
    for module in list(network.modules()):
        for name, found in module.named_children():
            if isinstance(found, Conv2dSame):
                fixed = StaticSameConv2d(
                    found.in_channels, found.out_channels, found.kernel_size, found.stride, groups=found.groups
                )
                fixed.weight, fixed.bias = found.weight, found.bias
                setattr(module, name, fixed)
