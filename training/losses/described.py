"""Losses of the described networks: two-network pipeline and Dual-HRNet, with the weights of their descriptions.

Where a description leaves a choice open: the classes' weights enter focal loss and cross entropy as weights of a mean,
so that the loss does not grow with the share of buildings in a batch; alpha is a factor on the whole focal part, for a
softmax has no second class to balance; and a class takes part in the Dice only where the batch holds it, because the
Dice of a class without truth is next to 0 whatever the network does and would only dilute the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from ..networks.scores import Scores
from .cross_entropy import building_cross_entropy, class_cross_entropy
from .dice import building_dice, class_dice
from .focal import focal_cross_entropy
from .inputs import expected, full_precision
from .pixels import Pixels, weighted_mean
from .target import Target

FiveWeights = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class DescribedLocalizationLoss:
    """Binary cross entropy and Dice of the building.

    Attributes:
        bce: factor on the cross entropy.
        dice: factor on the Dice part.
        smooth: added above and below in the Dice.
    """

    bce: float = 1.0
    dice: float = 1.0
    smooth: float = 1.0
    name: Literal["described-localization"] = "described-localization"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``bce`` and ``dice``.

        Raises:
            ValueError: the network does not score buildings by one logit.
        """
        with full_precision(scores) as full:
            logit = expected(full.building, 1, "building")
            pixels = Pixels.of(target.building, first=0, classes=2)
            truth = pixels.label.unsqueeze(1).float()
            return {
                "bce": self.bce * building_cross_entropy(logit, truth, pixels.weight),
                "dice": self.dice * building_dice(logit.sigmoid(), pixels, self.smooth),
            }


@dataclass(frozen=True)
class DescribedDamageLoss:
    """Focal loss and Dice of background and the four damage classes.

    Attributes:
        class_weights: weights of the five classes in both parts.
        alpha: factor on the focal loss.
        gamma: exponent of the focal factor.
        focal: factor on the focal part, besides ``alpha``.
        dice: factor on the Dice part.
        smooth: added above and below in the Dice.
    """

    class_weights: FiveWeights = (1.0, 1.0, 3.0, 3.0, 3.0)
    alpha: float = 0.25
    gamma: float = 2.0
    focal: float = 1.0
    dice: float = 1.0
    smooth: float = 1.0
    name: Literal["described-damage"] = "described-damage"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``damage_focal`` and ``damage_dice``.

        Raises:
            ValueError: the network does not score damage in five channels.
        """
        with full_precision(scores) as full:
            log_p = expected(full.damage, 5, "damage").log_softmax(dim=1)
            pixels = Pixels.of(target.damage, first=0, classes=5)
            weights = log_p.new_tensor(self.class_weights)
            present = pixels.planes().amax((0, 2, 3))
            dice = class_dice(log_p.exp(), pixels, self.smooth)
            focal = focal_cross_entropy(log_p, pixels, weights, self.gamma)
            return {
                "damage_focal": self.focal * self.alpha * focal,
                "damage_dice": self.dice * weighted_mean(dice, weights * present),
            }


@dataclass(frozen=True)
class DescribedDualLoss:
    """Loss of the described Dual-HRNet: cross entropy and Dice of the building, weighted cross entropy of the damage.

    Attributes:
        building: factor on both building parts.
        damage: factor on the damage part.
        bce: share of the binary cross entropy in the building parts.
        dice: share of the Dice in the building parts.
        class_weights: weights of background and the four classes.
        smooth: added above and below in the Dice.
    """

    building: float = 0.3
    damage: float = 0.7
    bce: float = 0.5
    dice: float = 0.5
    class_weights: FiveWeights = (1.0, 1.5, 2.0, 3.0, 4.0)
    smooth: float = 1.0
    name: Literal["described-dual-hrnet"] = "described-dual-hrnet"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``bce``, ``dice`` and ``damage_ce``.

        Raises:
            ValueError: the network does not score buildings by one logit and damage in five channels.
        """
        localization = DescribedLocalizationLoss(self.building * self.bce, self.building * self.dice, self.smooth)
        with full_precision(scores) as full:
            log_p = expected(full.damage, 5, "damage").log_softmax(dim=1)
            pixels = Pixels.of(target.damage, first=0, classes=5)
            damage = class_cross_entropy(log_p, pixels, log_p.new_tensor(self.class_weights))
            return {**localization(full, target), "damage_ce": self.damage * damage}
