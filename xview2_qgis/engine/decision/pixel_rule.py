"""What rules have in common that decide tiles pixel by pixel, as programs of the xView2 challenge do.

Tiles are decided before they are joined: thresholds then only see certainties, and the class of a building is that of
most of its pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .rule import DecisionRule, RuleParameters
from .tile_prediction import TilePrediction


class PixelMap(NamedTuple):
    """A decided image.

    Attributes:
        building: 1 where there is a building, else 0, uint8 (H, W).
        damage: class 1…4, also where there is no building, uint8 (H, W).
    """

    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]

    def certainties(self, *, gated: bool = False) -> TilePrediction:
        """Return the decided tile as probabilities of 0 and 1."""
        classes = np.arange(1, 5, dtype=np.uint8)[:, None, None]
        return TilePrediction(self.building.astype(np.float32), (self.damage == classes).astype(np.float32), gated)


@dataclass(frozen=True)
class PixelRule(DecisionRule):
    """Every pixel has a class of its own; there are no thresholds to choose, only what is worth a polygon."""

    by_pixels: ClassVar[bool] = True

    minimum_area_m2: float = 6.0

    @classmethod
    def read(cls, parameters: RuleParameters) -> PixelRule:
        """Return the rule with the parameters of a manifest; the minimum area may be missing."""
        if not parameters.has("minimum_area_m2"):
            return cls()
        return cls(parameters.number("minimum_area_m2", 0.0, 1e6))

    def manifest(self) -> dict[str, object]:
        """Return the object ``decision`` of a manifest."""
        area = {} if self.minimum_area_m2 == type(self)().minimum_area_m2 else {"minimum_area_m2": self.minimum_area_m2}
        return {"rule": self.name, **area}
