"""Losses of the compact network: building by BCE and Dice, damage by focal cross entropy and Dice inside buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn import functional

from ..networks.scores import Scores
from .cross_entropy import building_cross_entropy
from .dice import building_dice, class_dice
from .focal import focal_cross_entropy
from .inputs import expected, full_precision
from .ordinal import squared_earth_movers_distance
from .pixels import Pixels, weighted_mean
from .target import Target

#: Radius of the closing that finds gaps, pixels.
_REACH = 3


@dataclass(frozen=True)
class CompactLoss:
    """Loss of the compact network.

    Attributes:
        class_weights: four factors on the classes in the cross entropy.
        damage: factor on both damage parts. They are noisy, because a batch holds few damaged buildings; at 0.5
            they leave the building outlines their share of the gradient.
        gaps: factor on background between buildings that stand at most 6 pixels apart, in the building cross entropy.
            A gap is a small part of an image and all that keeps two houses from becoming one object
            (after Ronneberger et al. 2015, whose weights fall off with the distance to the two nearest cells). Up to 3
            pixels between a building and the edge of a crop are such a gap too.
        ordinal: factor on the squared distance of the cumulated class probabilities from the truth (Hou et al. 2016,
            squared earth mover's distance): a class that is two steps away costs more than the next one.
    """

    class_weights: tuple[float, float, float, float] = (1.0, 2.0, 2.0, 1.5)
    damage: float = 0.5
    gaps: float = 1.0
    ordinal: float = 0.0
    name: Literal["compact"] = "compact"

    def __call__(self, scores: Scores, target: Target) -> dict[str, Tensor]:
        """Return ``bce``, ``dice``, ``damage_focal`` and ``damage_dice``, and ``damage_order`` where it counts.

        Raises:
            ValueError: the network does not score building and damage.
        """
        with full_precision(scores) as full:
            logit = expected(full.building, 1, "building")
            building = Pixels.of(target.building, first=0, classes=2)
            truth = building.label.unsqueeze(1).float()
            log_p = expected(full.damage, 4, "damage").log_softmax(dim=1)
            pixels = Pixels.of(target.damage, first=1, classes=4)
            weights = log_p.new_tensor(self.class_weights)
            # gamma 1: easy pixels of intact roofs must not drown the rest
            focal = focal_cross_entropy(log_p, pixels, weights, gamma=1.0)
            present = (pixels.planes().sum((0, 2, 3)) > 10).float()
            parts = {
                "bce": building_cross_entropy(logit, truth, building.weight * self._gap_factor(truth)),
                "dice": building_dice(logit.sigmoid(), building, smooth=1.0),
                "damage_focal": self.damage * focal,
                "damage_dice": self.damage * weighted_mean(class_dice(log_p.exp(), pixels, smooth=1.0), present),
            }
            if self.ordinal:
                parts["damage_order"] = self.ordinal * squared_earth_movers_distance(log_p.exp(), pixels, weights)
            return parts

    def _gap_factor(self, truth: Tensor) -> Tensor:
        """Return the factor of every pixel, (N, 1, H, W) as ``truth``: ``gaps`` where a closing fills background."""
        grown = functional.max_pool2d(truth, 2 * _REACH + 1, stride=1, padding=_REACH)
        # padding never wins a maximum, so nothing is eroded from the edge of the crop
        closed = -functional.max_pool2d(-grown, 2 * _REACH + 1, stride=1, padding=_REACH)
        return 1.0 + (self.gaps - 1.0) * (closed - truth)
