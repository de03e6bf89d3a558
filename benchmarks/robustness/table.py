"""The rows of the table: what all pairs gave under one distortion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xview2_qgis.engine.scoring.challenge import Score

from .distortion import Distortion
from .stability import Stability
from .trial import Trial, error_m

HEADER = (
    "| | pairs | shift found | corrected | error, median and largest | buildings changed | where the shift was found "
    "| another class, gone | localization F1 | damage F1 | official score | colours warned of |\n" + "| --- " * 12 + "|"
)


@dataclass(frozen=True)
class Row:
    """What the pairs gave under one distortion.

    Attributes:
        distortion: what was done.
        trials: of each pair.
        unmoved: of the same pairs as they are.
        numbers: of the pairs, by which they are moved.
    """

    distortion: Distortion
    trials: Sequence[Trial]
    unmoved: Sequence[Trial]
    numbers: Sequence[int]

    @property
    def score(self) -> Score:
        """Counts of all pairs."""
        total = Score()
        for trial in self.trials:
            total.include(trial.score)
        return total

    @property
    def stability(self) -> Stability:
        """Changes of all pairs."""
        return sum((trial.stability for trial in self.trials), Stability())

    @property
    def measured(self) -> Stability:
        """Changes of the pairs whose displacement could be measured, as they are and distorted."""
        both = zip(self.trials, self.unmoved, strict=True)
        found = (trial.stability for trial, plain in both if min(trial.shift.windows_used, plain.shift.windows_used))
        return sum(found, Stability())

    @property
    def errors_m(self) -> list[float]:
        """How far the estimates are from the right ones, of the pairs that could be measured, in metres."""
        if self.distortion.moved_m is None:
            return []
        found = (
            error_m(trial.shift, plain.shift, self.distortion.moved_m, number)
            for trial, plain, number in zip(self.trials, self.unmoved, self.numbers, strict=True)
        )
        return [error for error in found if error is not None]

    def as_dict(self) -> dict[str, object]:
        """Return the figures."""
        score, stability, errors = self.score, self.stability, self.errors_m
        return {
            "distortion": self.distortion.name,
            "pairs": len(self.trials),
            "shift_found": sum(trial.shift.windows_used > 0 for trial in self.trials),
            "corrected": sum(trial.corrected for trial in self.trials),
            "error_median_m": float(np.median(errors)) if errors else None,
            "error_largest_m": max(errors, default=None),
            "buildings": stability.buildings,
            "another_class": stability.another_class,
            "gone": stability.gone,
            "changed_share": stability.changed_share,
            "measured_buildings": self.measured.buildings,
            "measured_changed_share": self.measured.changed_share,
            "colours_warned_of": self._colours,
            **score.as_dict(),
        }

    def text(self) -> str:
        """Return the row in Markdown."""
        score, stability, errors = self.score, self.stability, self.errors_m
        error = f"{np.median(errors):.2f} m, {max(errors):.2f} m" if errors else "–"
        cells = [
            self.distortion.name,
            str(len(self.trials)),
            str(sum(trial.shift.windows_used > 0 for trial in self.trials)),
            str(sum(trial.corrected for trial in self.trials)),
            error,
            *(f"{100 * changes.changed_share:.1f} % of {changes.buildings}" for changes in (stability, self.measured)),
            f"{stability.another_class}, {stability.gone}",
            f"{score.localization.f1:.3f}",
            f"{score.damage_f1:.3f}",
            f"{score.combined:.3f}",
            str(self._colours),
        ]
        return f"| {' | '.join(cells)} |"

    @property
    def _colours(self) -> int:
        return sum("bands-exchanged" in trial.warnings for trial in self.trials)
