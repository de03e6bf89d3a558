"""Counts and areas of each final class, taken while the buildings pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ....protocol.schema import CLASS_NAMES, Damage
from .building_row import BuildingRow


@dataclass
class ClassTally:
    """Sums over the buildings so far.

    Attributes:
        counts: buildings of each class.
        areas_m2: their ellipsoidal area.
        reviewed: buildings of which a person has set the class.
    """

    counts: dict[Damage, int] = field(default_factory=lambda: dict.fromkeys(Damage, 0))
    areas_m2: dict[Damage, float] = field(default_factory=lambda: dict.fromkeys(Damage, 0.0))
    reviewed: int = 0

    def counting(self, rows: Iterable[BuildingRow]) -> Iterator[BuildingRow]:
        """Yield the same buildings, each counted."""
        for row in rows:
            self.counts[row.damage] += 1
            self.areas_m2[row.damage] += row.area_m2
            self.reviewed += row.reviewed
            yield row

    @property
    def buildings(self) -> int:
        """Number of all buildings."""
        return sum(self.counts.values())

    @property
    def area_m2(self) -> float:
        """Area of all buildings."""
        return sum(self.areas_m2.values())

    @property
    def assessed(self) -> int:
        """Buildings that were visible: shares are of these."""
        return self.buildings - self.counts[Damage.UNKNOWN]

    @property
    def named_counts(self) -> dict[str, int]:
        """Counts under the words of the classes, as events carry them."""
        return {CLASS_NAMES[damage]: count for damage, count in self.counts.items()}
