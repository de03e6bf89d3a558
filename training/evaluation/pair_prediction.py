"""What is predicted for a pair that was held back, beside what is true."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .calibration import ClassSamples, Scaling


@dataclass(frozen=True)
class PairPrediction:
    """One held-back pair: what is predicted and what is true.

    Attributes:
        building: building probability × 255, uint8 (H, W).
        damage: class probabilities given a building × 255, uint8 (4, H, W).
        truth: 0 background, 1…4, 255 building without class, uint8 (H, W).
    """

    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    truth: NDArray[np.uint8]

    def scaled(self, scaling: Scaling) -> PairPrediction:
        """Return the same with calibrated class probabilities."""
        flat = ClassSamples(self.damage.reshape(4, -1).T / 255.0, np.empty(0, np.int64)).scaled(scaling)
        damage = np.rint(flat.probabilities.T * 255).astype(np.uint8).reshape(self.damage.shape)
        return replace(self, damage=damage)
