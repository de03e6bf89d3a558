"""The summary of a run: how many buildings of each class, how large, how sure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...protocol.schema import CLASS_NAMES, Damage
from ..buildings.building import Building

#: Classes of confidence in the histogram, each a tenth wide.
CONFIDENCE_BINS = 10


@dataclass
class Summary:
    """Sums over the buildings written so far.

    Attributes:
        counts: buildings of each class.
        areas_m2: their ellipsoidal area.
        confidences: buildings with confidence 0–0.1, 0.1–0.2, …, without the unknown.
        confidence_sums: sum of the confidences of each class.
    """

    counts: dict[Damage, int] = field(default_factory=lambda: dict.fromkeys(Damage, 0))
    areas_m2: dict[Damage, float] = field(default_factory=lambda: dict.fromkeys(Damage, 0.0))
    confidences: list[int] = field(default_factory=lambda: [0] * CONFIDENCE_BINS)
    confidence_sums: dict[Damage, float] = field(default_factory=lambda: dict.fromkeys(Damage, 0.0))

    def add(self, building: Building, area_m2: float) -> None:
        """Count one building."""
        damage, confidence = building.vote.damage, building.vote.confidence
        self.counts[damage] += 1
        self.areas_m2[damage] += area_m2
        if confidence is not None:
            self.confidences[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)] += 1
            self.confidence_sums[damage] += confidence

    @property
    def buildings(self) -> int:
        """Number of all buildings."""
        return sum(self.counts.values())

    @property
    def area_m2(self) -> float:
        """Area of all buildings."""
        return sum(self.areas_m2.values())

    @property
    def named_counts(self) -> dict[str, int]:
        """Counts under the names of the classes, as events carry them."""
        return {CLASS_NAMES[damage]: count for damage, count in self.counts.items()}

    def mean_confidence(self, damage: Damage) -> float | None:
        """Return the mean confidence of a class, None where it has no buildings or is unknown."""
        if damage is Damage.UNKNOWN or not self.counts[damage]:
            return None
        return self.confidence_sums[damage] / self.counts[damage]
