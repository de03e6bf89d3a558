"""Scores that count buildings instead of pixels.

A predicted and a true building match when their intersection over union is at least one half. Above one half no
building can match twice (Kirillov et al. 2019, *Panoptic Segmentation*), so the order of matching makes no difference;
for the rest, pairs are taken greedily from the best down.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..labels import IGNORED
from .objects import Objects
from .scoring import CLASS_KEYS, Confusion

#: Intersection over union from which on two buildings are the same one.
LEAST_IOU = 0.5


@dataclass(frozen=True)
class Matching:
    """Which predicted building is which true one.

    Attributes:
        predicted: numbers of the matched predicted buildings, (M,).
        actual: numbers of their true buildings, (M,).
        iou: intersection over union of each pair, (M,), falling.
    """

    predicted: NDArray[np.intp]
    actual: NDArray[np.intp]
    iou: NDArray[np.float64]


def match(predicted: Objects, actual: Objects, least_iou: float = LEAST_IOU) -> Matching:
    """Match the buildings of one image."""
    both = np.flatnonzero((predicted.numbers > 0) & (actual.numbers > 0))
    width = len(actual) + 1
    keys = predicted.numbers.ravel()[both].astype(np.int64) * width + actual.numbers.ravel()[both]
    pairs, shared = np.unique(keys, return_counts=True)
    one, other = pairs // width, pairs % width
    iou = shared / (predicted.areas[one - 1] + actual.areas[other - 1] - shared)
    order = np.argsort(-iou, kind="stable")
    order = order[iou[order] >= least_iou]
    chosen, used_one, used_other = [], set(), set()
    for index in order.tolist():
        if one[index] not in used_one and other[index] not in used_other:
            chosen.append(index)
            used_one.add(one[index])
            used_other.add(other[index])
    return Matching(one[chosen], other[chosen], iou[chosen])


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

    def add(self, predicted: Objects, actual: Objects, least_iou: float = LEAST_IOU) -> None:
        """Count one image.

        Args:
            predicted: buildings with classes, or without from a network that predicts buildings only.
            actual: true buildings with classes; without, they count for localization only.
            least_iou: intersection over union from which on two buildings match.
        """
        pairs = match(predicted, actual, least_iou)
        found = len(pairs.predicted)
        self.localization.include(Confusion(found, len(predicted) - found, len(actual) - found))
        if predicted.classes is None or actual.classes is None:
            self.rates_damage = False
            return
        given = np.concatenate([[0], np.where(predicted.classes == IGNORED, 0, predicted.classes)])
        true = np.concatenate([[0], actual.classes])
        known = true[pairs.actual] != IGNORED
        self._count(true[pairs.actual][known], given[pairs.predicted][known])
        missed = np.delete(true, np.append(pairs.actual, 0))
        missed = missed[missed != IGNORED]
        self._count(missed, np.zeros_like(missed))
        invented = np.delete(given, np.append(pairs.predicted, 0))
        invented = invented[invented > 0]
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
