"""The rule ``object-vote``: thresholds on building probabilities, and one vote per building for its class.

The thresholds are chosen when a model is made and travel with it.
Lower building thresholds where the network sees damage follow the first place of the xView2 challenge.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .rule import DecisionRule, RuleParameters


@dataclass(frozen=True)
class ObjectVote(DecisionRule):
    """Every building has one class, for which its pixels vote.

    Attributes:
        building_threshold: building where the building probability exceeds this.
        damaged_building_threshold: the same where minor, major and destroyed together exceed one half.
        class_weights: factors on the probabilities (no damage, minor, major, destroyed) before the largest wins.
        minimum_area_m2: smaller objects are not reported.
    """

    name: ClassVar[str] = "object-vote"

    building_threshold: float = 0.5
    damaged_building_threshold: float = 0.5
    class_weights: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    minimum_area_m2: float = 6.0

    @classmethod
    def read(cls, parameters: RuleParameters) -> ObjectVote:
        """Return the rule with the parameters of a manifest, all of which must be there."""
        return cls(
            class_weights=parameters.four_factors("class_weights"),
            building_threshold=parameters.number("building_threshold", 0.0, 1.0),
            damaged_building_threshold=parameters.number("damaged_building_threshold", 0.0, 1.0),
            minimum_area_m2=parameters.number("minimum_area_m2", 0.0, 1e6),
        )

    def manifest(self) -> dict[str, object]:
        """Return the object ``decision`` of a manifest."""
        return {"rule": self.name, **asdict(self)}

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Both building thresholds, or one if they are equal."""
        return tuple(sorted({self.building_threshold, self.damaged_building_threshold}))

    @property
    def lowest_threshold(self) -> float:
        """The lower one of both building thresholds."""
        return min(self.building_threshold, self.damaged_building_threshold)

    def building_mask(self, building: NDArray[np.uint8], damage: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return where the building probability exceeds the threshold that applies there."""
        # whole numbers: above 127.5 means above 127, and bytes compare many times faster than floats
        usual, lowered = (
            np.uint8(threshold * 255.0) for threshold in (self.building_threshold, self.damaged_building_threshold)
        )
        mask = building > usual
        if usual != lowered:
            damaged = damage[1:].sum(axis=0, dtype=np.uint16) > 127
            mask = np.where(damaged, building > lowered, mask)
        return np.asarray(mask)

    def winner(self, probabilities: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return the class number 1…4 with the largest weighted probability along the first axis (4, …)."""
        weights = np.asarray(self.class_weights, dtype=np.float64).reshape((4,) + (1,) * (probabilities.ndim - 1))
        return np.asarray(np.argmax(probabilities * weights, axis=0) + 1)
