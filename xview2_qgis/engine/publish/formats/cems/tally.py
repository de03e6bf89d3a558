"""The summary of a package: buildings and their area by grade."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .....protocol.schema import Damage
from ....output.geopackage.layer_file import Columns
from ...mapping import FOREIGN_WORDS

#: The grades, worst first.
GRADES = tuple(FOREIGN_WORDS[damage].cems for damage in sorted(Damage, reverse=True))
_AFFECTED = tuple(FOREIGN_WORDS[damage].cems for damage in (Damage.DESTROYED, Damage.MAJOR, Damage.MINOR))
_UNITS = ("No.", "ha")


@dataclass
class GradeTally:
    """Counts buildings on their way into the package.

    Attributes:
        counts: buildings of each grade.
        areas_m2: area of their outlines.
        reviewed: buildings that a person looked at.
    """

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GRADES, 0))
    areas_m2: dict[str, float] = field(default_factory=lambda: dict.fromkeys(GRADES, 0.0))
    reviewed: int = 0

    def add(self, grades: NDArray[np.object_], areas_m2: NDArray[np.float64], reviewed: int) -> None:
        """Count buildings: grades (N,), areas of their outlines in square metres (N,)."""
        for grade in GRADES:
            chosen = grades == grade
            self.counts[grade] += int(chosen.sum())
            self.areas_m2[grade] += float(np.nansum(areas_m2[chosen]))
        self.reviewed += reviewed

    @property
    def buildings(self) -> int:
        """Number of all buildings."""
        return sum(self.counts.values())

    def columns(self) -> Columns:
        """Return the table ``summaryTable`` by its fields: one row of numbers, one of hectares."""
        hectares = {grade: round(area / 10_000, 2) for grade, area in self.areas_m2.items()}
        rows = ({grade: float(count) for grade, count in self.counts.items()}, hectares)
        columns: Columns = {
            "category": np.array(["Built-up"] * len(rows), object),
            "subcategory": np.array(["Buildings"] * len(rows), object),
            "unit": np.array(_UNITS, object),
        }
        for grade in GRADES:
            columns[grade.lower().replace(" ", "_")] = np.array([row[grade] for row in rows], np.float64)
        columns["total_affected"] = np.array([sum(row[grade] for grade in _AFFECTED) for row in rows], np.float64)
        columns["total_in_aoi"] = np.array([sum(row.values()) for row in rows], np.float64)
        return columns
