"""Losses of the published second-place networks.

Formulas and weights are those of the public program, revision 5d0caba; the damage networks of its configurations
differ in the fields of :class:`SecondPlaceDamageLoss`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from ..networks.scores import Scores
from .cross_entropy import building_cross_entropy
from .dice import building_dice, class_dice
from .focal import clamped_focal, focal_cross_entropy
from .inputs import expected, full_precision
from .pixels import Pixels
from .target import Target

#: A class with so few target pixels in a batch has no Dice part.
_FEW_PIXELS = 10


@dataclass(frozen=True)
class SecondPlaceLocalizationLoss:
    """Dice, binary focal loss with gamma 2 and clamped probabilities, binary cross entropy.

    Attributes:
        dice: factor on the Dice part.
        focal: factor on the focal part.
        bce: factor on the cross entropy: 0 for DPN-92 and DenseNet-161, 1 for SE-ResNeXt-50.
    """

    dice: float = 1.0
    focal: float = 1.0
    bce: float = 0.0
    name: Literal["second-place-localization"] = "second-place-localization"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``dice``, ``focal`` and, if it has a weight, ``bce``.

        Raises:
            ValueError: the network does not score buildings by one logit.
        """
        with full_precision(scores) as full:
            logit = expected(full.building, 1, "building")
            pixels = Pixels.of(target.building, first=0, classes=2)
            probability, truth = logit.sigmoid(), pixels.label.unsqueeze(1).float()
            parts = {
                "dice": self.dice * building_dice(probability, pixels, smooth=1e-3),
                "focal": self.focal * clamped_focal(probability, truth, pixels.weight, gamma=2.0, least=1e-5),
            }
            if self.bce:
                parts["bce"] = self.bce * building_cross_entropy(logit, truth, pixels.weight)
            return parts


@dataclass(frozen=True)
class SecondPlaceDamageLoss:
    """Focal cross entropy with gamma 2, Dice of the four damage classes and Dice of the building.

    Attributes:
        class_weights: factors on background and the four classes in the cross entropy; ResNeXt-101 has
            0.5, 1, 5, 2, 1.3.
        focal: factor on the cross entropy; 5 for DPN-92.
        dice: factor on both Dice parts.
    """

    class_weights: tuple[float, float, float, float, float] = (1.0, 1.0, 5.0, 3.0, 3.0)
    focal: float = 2.0
    dice: float = 0.5
    name: Literal["second-place-damage"] = "second-place-damage"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``damage_focal``, ``damage_dice`` and ``dice``, that of the building.

        Raises:
            ValueError: the network does not score damage in five channels.
        """
        with full_precision(scores) as full:
            log_p = expected(full.damage, 5, "damage").log_softmax(dim=1)
            pixels = Pixels.of(target.damage, first=0, classes=5)
            probability, weights = log_p.exp(), log_p.new_tensor(self.class_weights)
            enough = pixels.planes().sum((0, 2, 3)) > _FEW_PIXELS
            # a class that is left out still counts in the divisor
            classes = (class_dice(probability, pixels, smooth=1e-5) * enough)[1:].mean()
            return {
                "damage_focal": self.focal * focal_cross_entropy(log_p, pixels, weights, gamma=2.0),
                "damage_dice": self.dice * classes,
                "dice": self.dice * building_dice(1 - probability[:, :1], pixels, smooth=1e-3),
            }
