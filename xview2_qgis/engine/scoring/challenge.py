"""The official xView2 score, and a table that does not collapse when a class is absent.

``score = 0.3 · localization F1 + 0.7 · damage F1``; the damage F1 is the harmonic mean of the four class F1, each from
true positives, false positives and false negatives summed over all images. Damage counts only where the target has a
building. Formula: scorer of the xView2 challenge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: Value of buildings without a class in masks; the damage score passes over them.
IGNORED = 255

#: The four classes in the keys of the official scorer, in the order 1…4.
CLASS_KEYS = ("no_damage", "minor_damage", "major_damage", "destroyed")


@dataclass
class Confusion:
    """Counts of true positives, false positives and false negatives of one class."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, predicted: NDArray[np.bool_], actual: NDArray[np.bool_]) -> None:
        """Count one image."""
        both = int(np.count_nonzero(predicted & actual))
        self.tp += both
        self.fp += int(np.count_nonzero(predicted)) - both
        self.fn += int(np.count_nonzero(actual)) - both

    def include(self, other: Confusion) -> None:
        """Add the counts of other images."""
        self.tp += other.tp
        self.fp += other.fp
        self.fn += other.fn

    @property
    def precision(self) -> float:
        """Share of what was found that is right, 0 when nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp else 0.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found, 0 when nothing is there."""
        return self.tp / (self.tp + self.fn) if self.tp else 0.0

    @property
    def f1(self) -> float:
        """F1, 0 when there is no true positive."""
        return 0.0 if self.tp == 0 else 2 * self.tp / (2 * self.tp + self.fp + self.fn)

    @property
    def actual(self) -> int:
        """How many the target holds."""
        return self.tp + self.fn

    @property
    def present(self) -> bool:
        """Whether the target holds the class."""
        return self.actual > 0


@dataclass
class Score:
    """Accumulates images and gives the official figures.

    Attributes:
        localization: counts of building pixels.
        damage: counts of the classes 1…4.
        rates_damage: whether damage was predicted at all; a localization network alone has localization figures only.
    """

    localization: Confusion = field(default_factory=Confusion)
    damage: tuple[Confusion, ...] = field(default_factory=lambda: tuple(Confusion() for _ in range(4)))
    rates_damage: bool = True

    def add(
        self,
        building: NDArray[np.generic],
        damage: NDArray[np.integer] | None,
        target_building: NDArray[np.integer],
        target_damage: NDArray[np.integer],
    ) -> None:
        """Count one image; all arrays (H, W).

        Args:
            building: predicted building, not zero.
            damage: predicted class 0…4; ``None`` from a network that predicts buildings only.
            target_building: not zero where there is a building.
            target_damage: 0…4; 255 marks buildings without a class, which the damage score passes over.
        """
        found = building.astype(bool)
        self.localization.add(found, target_building > 0)
        if damage is None:
            self.rates_damage = False
            return
        scored = (target_damage > 0) & (target_damage != IGNORED)
        inside = np.where(found, damage, 0)[scored]
        target = target_damage[scored]
        for value, counts in enumerate(self.damage, start=1):
            counts.add(inside == value, target == value)

    def include(self, other: Score) -> None:
        """Add the counts of other images."""
        self.localization.include(other.localization)
        for mine, others in zip(self.damage, other.damage, strict=True):
            mine.include(others)
        self.rates_damage &= other.rates_damage

    @property
    def damage_f1(self) -> float:
        """Harmonic mean of the four class F1, with the official 1e-6 that keeps it finite."""
        return 4 / sum(1 / (c.f1 + 1e-6) for c in self.damage)

    @property
    def present_damage_f1(self) -> float:
        """Harmonic mean over the classes that the target holds; 0 when it holds none."""
        present = [c for c in self.damage if c.present]
        return len(present) / sum(1 / (c.f1 + 1e-6) for c in present) if present else 0.0

    @property
    def combined(self) -> float:
        """The official score."""
        return 0.3 * self.localization.f1 + 0.7 * self.damage_f1

    def as_dict(self) -> dict[str, float]:
        """Return the figures under the official scorer's keys; without damage, the localization figure only."""
        if not self.rates_damage:
            return {"localization_f1": self.localization.f1}
        return {
            "score": self.combined,
            "damage_f1": self.damage_f1,
            "localization_f1": self.localization.f1,
            **{f"damage_f1_{n}": c.f1 for n, c in zip(CLASS_KEYS, self.damage, strict=True)},
        }
