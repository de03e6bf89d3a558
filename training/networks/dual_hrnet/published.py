"""The Dual-HRNet of the fifth-place solution (SI Analytics, https://github.com/SIAnalytics/dual-hrnet, ba19ed1)."""

from __future__ import annotations

from torch import Tensor, nn

from ..scores import Scores
from .fusion import CrossFusion
from .head import PublishedHead, gathered
from .hrnet import HRNetLayout
from .streams import Streams

#: Of every batch normalisation.
_MOMENTUM = 0.01
#: Of the normal distribution from which convolutions start that no file gives.
_DEVIATION = 0.001


class PublishedDualHRNet(nn.Module):
    """Streams that meet before stages 2, 3 and 4; each goes on with a projection of both.

    Upstream never fills the transitions from an ImageNet file, because it names them differently; here they are filled.

    Args:
        width: W of both streams; the published checkpoint has 32.
        weights: start weights of each stream, see :func:`~training.networks.dual_hrnet.hrnet.make_hrnet`.
        checkpoint_activations: compute the activations of the streams twice instead of keeping them.
    """

    def __init__(self, width: int = 32, weights: str | None = None, checkpoint_activations: bool = False) -> None:
        super().__init__()
        layout = HRNetLayout(width, stem="swapped", resize="bilinear")
        self.encoder = Streams(layout, weights, checkpoint_activations)
        channels = self.encoder.channels
        self.fusions = nn.ModuleDict({f"stage{number}": CrossFusion(channels[:number]) for number in (2, 3, 4)})
        self.building = PublishedHead(sum(channels), 2)
        self.damage = PublishedHead(sum(channels), 4)
        for name, module in self.named_modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = _MOMENTUM
            elif isinstance(module, nn.Conv2d) and (weights is None or not name.startswith("encoder.")):
                nn.init.normal_(module.weight, std=_DEVIATION)

    def forward(self, pre: Tensor, post: Tensor) -> Scores:
        """Return scores at a quarter of the resolution, sizes rounded up.

        Args:
            pre: normalised image (N, 3, H, W) of any size.
            post: the same after the event.

        Returns:
            Background and building (N, 2, H/4, W/4); the four classes given a building (N, 4, H/4, W/4).
        """
        maps = self.encoder.begin(pre, post)
        for number in (2, 3, 4):
            maps = self.fusions[f"stage{number}"](self.encoder.widen(number, maps))
            maps = self.encoder.stage(number, maps)
        return Scores(self.building(gathered(maps.pre)), self.damage(gathered(maps.post)))
