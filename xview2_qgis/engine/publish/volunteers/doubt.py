"""The most doubtful buildings of a result, most doubtful first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely

from ....protocol.schema import Damage
from ..content.building_row import BuildingRow


def doubt(row: BuildingRow) -> float | None:
    """Return how doubtful the class of a building is, 0 to 1: 1 where the two likeliest classes are as likely.

    None for a building that is no question: a person has checked it, or nothing of it was visible.
    """
    known = sorted((value for value in row.probabilities if value is not None), reverse=True)
    if row.reviewed or row.damage is Damage.UNKNOWN or len(known) < 2:
        return None
    return 1.0 - (known[0] - known[1])


@dataclass
class DoubtfulBuildings:
    """Keeps the most doubtful of the buildings that it is shown; of equal ones the first.

    Attributes:
        most: how many it keeps.
        questions: how many there were.
    """

    most: int
    questions: int = 0
    _kept: list[tuple[float, int, BuildingRow]] = field(default_factory=list)

    def add(self, rows: Iterable[BuildingRow]) -> None:
        """Look at buildings."""
        for row in rows:
            value = doubt(row)
            if value is None:
                continue
            self.questions += 1
            entry = (value, -self.questions, row)
            if len(self._kept) < self.most:
                heapq.heappush(self._kept, entry)
            else:
                heapq.heappushpop(self._kept, entry)

    @property
    def ordered(self) -> list[BuildingRow]:
        """The buildings that were kept, most doubtful first."""
        return [row for _, _, row in sorted(self._kept, key=lambda entry: entry[:2], reverse=True)]


def simple_outline(row: BuildingRow) -> shapely.Polygon:
    """Return the outline as MapSwipe takes it: one polygon without holes, the largest part of the building."""
    parts = shapely.get_parts(row.outline)
    largest = max(parts.tolist(), key=lambda part: part.area)
    return shapely.Polygon(largest.exterior)
