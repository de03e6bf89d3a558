"""The official xView2 score, and a table that does not collapse when a class is absent.

``score = 0.3 · localization F1 + 0.7 · damage F1``; the damage F1 is the harmonic mean of the four class F1, each from
true positives, false positives and false negatives summed over all images. Damage counts only where the target has a
building. Formula: scorer of the xView2 challenge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .labels import IGNORED


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

    @property
    def f1(self) -> float:
        """F1, 0 when there is no true positive."""
        return 0.0 if self.tp == 0 else 2 * self.tp / (2 * self.tp + self.fp + self.fn)

    @property
    def present(self) -> bool:
        """Whether the target holds the class."""
        return self.tp + self.fn > 0


@dataclass
class Score:
    """Accumulates images and gives the official figures."""

    localization: Confusion = field(default_factory=Confusion)
    damage: tuple[Confusion, ...] = field(default_factory=lambda: tuple(Confusion() for _ in range(4)))

    def add(
        self,
        building: NDArray[np.generic],
        damage: NDArray[np.integer],
        target_building: NDArray[np.integer],
        target_damage: NDArray[np.integer],
    ) -> None:
        """Count one image; all arrays (H, W).

        Args:
            building: predicted building, not zero.
            damage: predicted class 0…4.
            target_building: not zero where there is a building.
            target_damage: 0…4; 255 marks buildings without a class, which the damage score passes over.
        """
        found = building.astype(bool)
        self.localization.add(found, target_building > 0)
        scored = (target_damage > 0) & (target_damage != IGNORED)
        inside = np.where(found, damage, 0)[scored]
        target = target_damage[scored]
        for value, counts in enumerate(self.damage, start=1):
            counts.add(inside == value, target == value)

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
        """Return the figures under the official scorer's keys."""
        names = ("no_damage", "minor_damage", "major_damage", "destroyed")
        return {
            "score": self.combined,
            "damage_f1": self.damage_f1,
            "localization_f1": self.localization.f1,
            **{f"damage_f1_{n}": c.f1 for n, c in zip(names, self.damage, strict=True)},
        }
