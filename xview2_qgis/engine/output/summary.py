"""The summary of a run: how many buildings of each class, and how large."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...protocol.schema import CLASS_NAMES, Damage
from ..buildings.building import Building


@dataclass
class Summary:
    """Sums over the buildings written so far.

    Attributes:
        counts: buildings of each class.
        areas_m2: their ellipsoidal area.
    """

    counts: dict[Damage, int] = field(default_factory=lambda: dict.fromkeys(Damage, 0))
    areas_m2: dict[Damage, float] = field(default_factory=lambda: dict.fromkeys(Damage, 0.0))

    def add(self, building: Building, area_m2: float) -> None:
        """Count one building."""
        self.counts[building.vote.damage] += 1
        self.areas_m2[building.vote.damage] += area_m2

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
