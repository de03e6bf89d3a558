"""The rule ``fifth-place``: how the fifth place of the xView2 challenge turns scores into a map.

Facts about its program: ``inference.py`` of https://github.com/SIAnalytics/dual-hrnet (revision ba19ed1).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .pixel_rule import PixelMap, PixelRule
from .rule import TileOutputs
from .tile_prediction import TilePrediction


class FifthPlace(PixelRule):
    """The likelier of building and background, and the likeliest class."""

    name: ClassVar[str] = "fifth-place"

    def decide(self, outputs: TileOutputs) -> list[TilePrediction]:
        """Return each tile decided pixel by pixel."""
        return [fifth_place(p.building, p.damage).certainties(gated=p.gated) for p in outputs.probabilities()]


def fifth_place(building: NDArray[np.floating], damage: NDArray[np.floating]) -> PixelMap:
    """Decide as the fifth place: the likelier of building and background, and the likeliest class.

    Args:
        building: building probability, (H, W).
        damage: class probabilities given a building, (4, H, W).
    """
    # of two probabilities with sum 1 the larger one exceeds one half
    return PixelMap((building > 0.5).astype(np.uint8), (damage.argmax(axis=0) + 1).astype(np.uint8))
