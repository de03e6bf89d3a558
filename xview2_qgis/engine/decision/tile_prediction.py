"""What is predicted for one tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TilePrediction:
    """Probabilities of a tile.

    Attributes:
        building: building probability, float32 (H, W).
        damage: class probabilities given a building, float32 (4, H, W), sum 1.
        gated: the damage networks did not run, for there is no building; the classes are then equally likely.
        features: what a network saw of the tile on a grid of its own, float32 (C, h, w); None where it tells nothing of
            it, or there is nothing to see.
    """

    building: NDArray[np.float32]
    damage: NDArray[np.float32]
    gated: bool
    features: NDArray[np.float32] | None = None
