"""Scores that count buildings instead of pixels, once it is known which predicted building is which true one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .challenge import CLASS_KEYS, IGNORED, Confusion

#: Intersection over union from which on two buildings are the same one. Above one half no building can match twice
#: (Kirillov et al. 2019, *Panoptic Segmentation*).
LEAST_IOU = 0.5


@dataclass(frozen=True)
class MatchedClasses:
    """Classes of buildings, integers; 1…4, of true ones also :data:`.challenge.IGNORED`, of predicted ones 0.

    Attributes:
        actual: of the true buildings that were found, (M,).
        predicted: of their predicted buildings, (M,); 0 where there is no class.
        missed: of the true buildings that were not found, (A,).
        invented: of the predicted buildings that are none, (B,).
    """

    actual: NDArray[np.integer]
    predicted: NDArray[np.integer]
    missed: NDArray[np.integer]
    invented: NDArray[np.integer]


@dataclass
class ObjectScore:
    """Accumulates images and gives figures of buildings.

    Attributes:
        localization: matched buildings, found ones without partner, true ones without partner; un-classified ones too.
        matrix: classes of the buildings, int64 (5, 5), rows true, columns predicted, 1…4; row 0 counts buildings found
            where there is none, column 0 buildings missed or found without a class. Buildings whose true class is
            unknown are left out.
        rates_damage: whether damage was predicted at all.
    """

    localization: Confusion = field(default_factory=Confusion)
    matrix: NDArray[np.int64] = field(default_factory=lambda: np.zeros((5, 5), np.int64))
    rates_damage: bool = True

    def count(self, classes: MatchedClasses) -> None:
        """Count the classes of buildings; true ones that are ignored are left out."""
        known = classes.actual != IGNORED
        self._count(classes.actual[known], classes.predicted[known])
        missed = classes.missed[classes.missed != IGNORED]
        self._count(missed, np.zeros_like(missed))
        invented = classes.invented[classes.invented > 0]
        self._count(np.zeros_like(invented), invented)

    def _count(self, actual: NDArray[np.integer], predicted: NDArray[np.integer]) -> None:
        self.matrix += np.bincount(actual.astype(np.int64) * 5 + predicted, minlength=25).reshape(5, 5)

    def include(self, other: ObjectScore) -> None:
        """Add the counts of other images."""
        self.localization.include(other.localization)
        self.matrix += other.matrix
        self.rates_damage &= other.rates_damage

    def damage(self, value: int) -> Confusion:
        """Return the counts of class 1…4: right where a building matches and its class too.

        A building that matches with another class is a false positive of one and a false negative of the other class;
        missed and invented buildings count as well.
        """
        tp = int(self.matrix[value, value])
        return Confusion(tp, int(self.matrix[:, value].sum()) - tp, int(self.matrix[value].sum()) - tp)

    @property
    def damage_f1(self) -> float | None:
        """Harmonic mean of the F1 of the classes that occur, ``None`` when none does."""
        present = [c for c in map(self.damage, (1, 2, 3, 4)) if c.present]
        return len(present) / sum(1 / (c.f1 + 1e-6) for c in present) if present and self.rates_damage else None

    def as_dict(self) -> dict[str, float | None]:
        """Return all figures; ``None`` for classes that do not occur. Without damage, localization only."""
        figures: dict[str, float | None] = {
            "localization_f1": self.localization.f1,
            "localization_precision": self.localization.precision,
            "localization_recall": self.localization.recall,
        }
        if not self.rates_damage:
            return figures
        figures["damage_f1"] = self.damage_f1
        for value, key in enumerate(CLASS_KEYS, start=1):
            counts = self.damage(value)
            figures[f"damage_f1_{key}"] = counts.f1 if counts.present else None
        return figures
