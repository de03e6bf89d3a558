"""How often answers are right, by how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Reliability:
    """Bins of equal width by how sure answers were; empty ones hold zeros.

    Attributes:
        counts: answers per bin, (B,).
        confidence: how sure they were on average, (B,).
        accuracy: share of them that is right, (B,).
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean distance of confidence and accuracy, weighted by counts; 0–1."""
        return float(self.counts @ np.abs(self.confidence - self.accuracy) / max(int(self.counts.sum()), 1))

    @property
    def largest_error(self) -> float:
        """Maximum calibration error: largest distance of confidence and accuracy in any bin; 0–1."""
        return float(np.abs(self.confidence - self.accuracy).max())


def reliability_of(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 15) -> Reliability:
    """Sort answers into bins (k/B, (k+1)/B] of how sure they were.

    Args:
        confidence: 0 to 1, float64 (N,).
        right: whether the answer was right, (N,).
        bins: B.
    """
    index = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    weights = np.maximum(counts, 1)
    return Reliability(
        counts, np.bincount(index, confidence, bins) / weights, np.bincount(index, right, bins) / weights
    )
