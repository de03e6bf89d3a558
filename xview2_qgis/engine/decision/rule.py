"""The decision rule of a bundle: from probabilities to building or not, and to a class.

The thresholds are chosen when a model is made and travel with it.
Lower building thresholds where the network sees damage follow the first place of the xView2 challenge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Rule = Literal["object-vote", "second-place", "fifth-place"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True)
class Decision:
    """How probabilities become buildings and classes.

    Attributes:
        building_threshold: building where the building probability exceeds this.
        damaged_building_threshold: the same where minor, major and destroyed together exceed one half.
        class_weights: factors on the probabilities (no damage, minor, major, destroyed) before the largest wins.
        minimum_area_m2: smaller objects are not reported.
        rule: what decides. By a published rule (:mod:`.published_rules`) tiles are decided before they are joined:
            thresholds then only see certainties, and the class of a building is that of most of its pixels.
    """

    building_threshold: float = 0.5
    damaged_building_threshold: float = 0.5
    class_weights: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    minimum_area_m2: float = 6.0
    rule: Rule = "object-vote"

    @property
    def by_pixels(self) -> bool:
        """Whether every pixel has a class of its own, as the published rules give it."""
        return self.rule != "object-vote"

    def building_mask(self, building: NDArray[np.uint8], damage: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return where there is a building.

        Args:
            building: building probability × 255, shape (H, W).
            damage: class probabilities given a building × 255, shape (4, H, W).
        """
        # whole numbers: above 127.5 means above 127, and bytes compare many times faster than floats
        usual, lowered = (
            np.uint8(threshold * 255.0) for threshold in (self.building_threshold, self.damaged_building_threshold)
        )
        mask = building > usual
        if usual != lowered:
            damaged = damage[1:].sum(axis=0, dtype=np.uint16) > 127
            mask = np.where(damaged, building > lowered, mask)
        return np.asarray(mask)

    def pixel_classes(self, building: NDArray[np.uint8], damage: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the class of every pixel, 0 where there is no building, uint8 (H, W); for rules that decide pixels.

        Arguments as of :meth:`building_mask`.
        """
        return np.where(self.building_mask(building, damage), (damage.argmax(axis=0) + 1).astype(np.uint8), np.uint8(0))

    def winner(self, probabilities: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return the winning class number 1…4 along the first axis of ``probabilities`` (4, …)."""
        weights = np.asarray(self.class_weights, dtype=np.float64).reshape((4,) + (1,) * (probabilities.ndim - 1))
        return np.asarray(np.argmax(probabilities * weights, axis=0) + 1)
