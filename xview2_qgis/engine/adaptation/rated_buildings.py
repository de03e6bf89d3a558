"""The buildings of a result as the adaptation sees them: numbers only, no outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...protocol.schema import DAMAGE_CLASSES

#: No review that says what the damage is.
UNLABELLED = -1
#: Class probabilities are means of 8-bit numbers: half a step is the least that they tell apart from nothing.
LEAST_PROBABILITY = 0.5 / 255.0
CLASSES = len(DAMAGE_CLASSES)


@dataclass(frozen=True)
class RatedBuildings:
    """Buildings that the model gave a class, N of them. Classes are 0 (no damage) to 3 (destroyed).

    Attributes:
        rows: of the layer, int64 (N,).
        probabilities: of the classes, each row sums to 1, none is 0, float64 (N, 4).
        classes: what the model decided, int64 (N,).
        labels: what reviewers said, :data:`UNLABELLED` where they said nothing about the damage, int64 (N,).
        areas_m2: square metres, NaN where unknown, float64 (N,).
        features: pooled from the network, float32 (N, C); a row of NaN where there are none, C may be 0.
    """

    rows: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    classes: NDArray[np.int64]
    labels: NDArray[np.int64]
    areas_m2: NDArray[np.float64]
    features: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def labelled(self) -> NDArray[np.intp]:
        """Indices of the buildings with a label."""
        return np.flatnonzero(self.labels != UNLABELLED)

    @property
    def log_probabilities(self) -> NDArray[np.float64]:
        """Natural logarithms of the probabilities, float64 (N, 4)."""
        return np.log(self.probabilities)
