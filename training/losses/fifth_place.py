"""Loss of the published fifth-place Dual-HRNet, revision ba19ed1 of the public program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn import functional

from ..networks.scores import Scores
from .inputs import expected, full_precision
from .lovasz import lovasz_softmax
from .pixels import Pixels
from .target import Target


@dataclass(frozen=True)
class FifthPlaceLoss:
    """Lovász-softmax of building and of damage inside buildings, with the same weight.

    Probabilities, not scores, are enlarged to the size of the target: the published program does so in training, and
    the other way round at inference.

    Attributes:
        class_weights: factors on the four classes.
    """

    class_weights: tuple[float, float, float, float] = (0.4, 1.2, 1.2, 1.2)
    name: Literal["fifth-place"] = "fifth-place"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``lovasz`` and ``damage_lovasz``.

        Raises:
            ValueError: the network does not score background and building, and the four classes given a building.
        """
        with full_precision(scores) as full:
            building = _enlarged(expected(full.building, 2, "building").softmax(dim=1), target)
            damage = _enlarged(expected(full.damage, 4, "damage").softmax(dim=1), target)
            equal, weights = building.new_ones(2), damage.new_tensor(self.class_weights)
            return {
                "lovasz": lovasz_softmax(building, Pixels.of(target.building, first=0, classes=2), equal),
                "damage_lovasz": lovasz_softmax(damage, Pixels.of(target.damage, first=1, classes=4), weights),
            }


def _enlarged(probability: Tensor, target: Target) -> Tensor:
    size = target.damage.shape[-2:]
    return functional.interpolate(probability, size=size, mode="bilinear", align_corners=False)
