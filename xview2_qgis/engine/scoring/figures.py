"""The figures of a comparison as tables: for programs, and as text for people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...protocol.language.mark import mark
from ...protocol.language.words import Words
from ...protocol.schema import CLASS_LABELS, DAMAGE_CLASSES
from .challenge import CLASS_KEYS
from .comparison import BINS, Comparison

#: Stands for a value that has no meaning.
ABSENT = "–"
_PIXELS, _OBJECTS = "pixels", "buildings"
_LABELS = {
    "score": mark("Official score (0.3 · localization + 0.7 · damage)"),
    "localization_f1": mark("Localization F1"),
    "localization_precision": mark("Localization precision"),
    "localization_recall": mark("Localization recall"),
    "damage_f1": mark("Damage F1 (harmonic mean)"),
    "damage_f1_present": mark("Damage F1, classes that occur"),
    **{f"damage_f1_{key}": mark("F1 {damage}") for key in CLASS_KEYS},
}
_DAMAGES = {f"damage_f1_{key}": CLASS_LABELS[damage] for key, damage in zip(CLASS_KEYS, DAMAGE_CLASSES, strict=True)}


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        section: ``pixels`` or ``buildings``.
        name: key of the figure; those of the official scorer where it has the figure.
        value: 0 to 1; None where it has no meaning, such as the F1 of a class that does not occur.
    """

    section: str
    name: str
    value: float | None

    @property
    def label(self) -> str:
        """The name for people, in English."""
        return self.label_in(Words())

    def label_in(self, words: Words) -> str:
        """Return the name for people."""
        return words.tr(_LABELS[self.name]).format(damage=words.tr(_DAMAGES.get(self.name, "")))

    @property
    def shown(self) -> str:
        """The value for people."""
        return ABSENT if self.value is None else f"{self.value:.3f}"


def figures(comparison: Comparison) -> list[Figure]:
    """Return all figures, those of pixels first."""
    found = []
    if comparison.pixels is not None:
        score = comparison.pixels
        values: dict[str, float | None] = {**score.as_dict()}
        if not all(counts.present for counts in score.damage):
            # classes that do not occur make the official figure collapse: both are told
            values["damage_f1_present"] = score.present_damage_f1
        found = [Figure(_PIXELS, name, values[name]) for name in _LABELS if name in values]
    values = comparison.objects.as_dict()
    return found + [Figure(_OBJECTS, name, values[name]) for name in _LABELS if name in values]


def confusion(comparison: Comparison) -> list[tuple[str, list[int]]]:
    """Return the confusion matrix: rows by true class, columns by class given.

    The first four columns are the classes, the fifth holds buildings that were not found, or found without a class; the
    last row those that are not in the reference.
    """
    matrix = comparison.objects.matrix
    columns = [1, 2, 3, 4, 0]
    rows = [(CLASS_LABELS[damage], matrix[int(damage), columns].tolist()) for damage in DAMAGE_CLASSES]
    return [*rows, (mark("Not in the reference"), matrix[0, columns].tolist())]


COLUMN_LABELS = (*(CLASS_LABELS[damage] for damage in DAMAGE_CLASSES), mark("Missed or no class"))


def reliability_bins(comparison: Comparison) -> list[tuple[float, float, int, float, float]]:
    """Return bounds, count, mean probability and share that is right of each bin that holds buildings."""
    bins = comparison.reliability
    return [
        (index / BINS, (index + 1) / BINS, int(count), float(sure), float(right))
        for index, (count, sure, right) in enumerate(zip(bins.counts, bins.confidence, bins.accuracy, strict=True))
        if count
    ]


def reliability_rows(comparison: Comparison) -> list[tuple[str, int, float, float]]:
    """Return range, count, mean probability and share that is right of each bin that holds buildings."""
    return [
        (f"{low:.1f}–{high:.1f}", count, sure, right) for low, high, count, sure, right in reliability_bins(comparison)
    ]


def table_rows(comparison: Comparison) -> list[tuple[object, ...]]:
    """Return everything as one table with the columns section, row, column and value."""
    rows: list[tuple[object, ...]] = [("section", "row", "column", "value")]
    rows += [(figure.section, figure.name, "", figure.value) for figure in figures(comparison)]
    for name, counts in confusion(comparison):
        rows += [("confusion", name, column, count) for column, count in zip(COLUMN_LABELS, counts, strict=True)]
    for name, count, sure, right in reliability_rows(comparison):
        rows += [("calibration", name, "buildings", count), ("calibration", name, "probability", sure)]
        rows.append(("calibration", name, "right", right))
    rows.append(("calibration", "all", "expected_calibration_error", comparison.reliability.expected_error))
    return rows


def text(comparison: Comparison) -> str:
    """Return the tables in columns of fixed width."""
    parts = [
        f"{comparison.predicted:,} buildings of the result, {comparison.actual:,} of the reference, "
        f"{comparison.area_km2:,.2f} km²",
        *(f"note: {note}" for note in comparison.notes),
    ]
    for section in (_PIXELS, _OBJECTS):
        chosen = [figure for figure in figures(comparison) if figure.section == section]
        if chosen:
            cells = [[figure.label, figure.shown] for figure in chosen]
            parts += ["", f"{section}", _fixed_width(cells)]
    cells = [["true \\ given", *COLUMN_LABELS]]
    cells += [[name, *map(str, counts)] for name, counts in confusion(comparison)]
    parts += ["", "buildings by class", _fixed_width(cells)]
    rows = reliability_rows(comparison)
    if rows:
        cells = [["probability", "buildings", "mean", "right"]]
        cells += [[name, str(count), f"{sure:.3f}", f"{right:.3f}"] for name, count, sure, right in rows]
        error = comparison.reliability.expected_error
        parts += ["", f"calibration of the model (expected error {error:.3f})", _fixed_width(cells)]
    return "\n".join(parts) + "\n"


def _fixed_width(cells: list[list[str]]) -> str:
    widths = [int(np.max([len(cell) for cell in column])) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(w) if not i else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    )
