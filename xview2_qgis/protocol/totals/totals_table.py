"""The totals as a table: rows with names for programs, and text in columns for people."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from .category import CATEGORIES, LABELS, NONE
from .review_sample import CategoryTotal, Totals

#: Names of the rows that sum categories.
BUILDINGS, DAMAGED = "buildings", "damaged"
#: Titles of the columns of :attr:`TotalsRow.cells`.
TITLES = ("category", "counted", "estimate", "low", "high")


@dataclass(frozen=True)
class TotalsRow:
    """One row, numbers of buildings.

    Attributes:
        name: word of the category, or what is summed.
        label: the same for people, in English.
        counted: by the final classes of the result.
        estimate: from the sample; None where it says too little yet.
        low: lower bound, 95 %.
        high: upper bound.
    """

    name: str
    label: str
    counted: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def cells(self) -> tuple[object, ...]:
        """Name and numbers, rounded to a tenth of a building."""
        numbers = (None if value is None else round(value, 1) for value in (self.estimate, self.low, self.high))
        return (self.name, self.counted, *numbers)

    @property
    def shown(self) -> tuple[str, str, str]:
        """Count, estimate and range in whole buildings, for people; a dash for what is not known yet."""
        if self.estimate is None or self.low is None or self.high is None:
            return f"{self.counted:,}", "–", "–"
        # a bound is never rounded towards the estimate
        low, high = floor(self.low + 1e-6), ceil(self.high - 1e-6)
        return f"{self.counted:,}", f"{self.estimate:,.0f}", f"{low:,} – {high:,}"


def table_rows(totals: Totals) -> list[TotalsRow]:
    """Return all rows: buildings, worst class first, damaged or worse, what holds no building."""
    rows = [_row(BUILDINGS, "All buildings", totals.buildings)]
    rows += [_row(CATEGORIES[number], LABELS[number], totals.categories[number]) for number in (3, 2, 1, 0, 4)]
    rows.insert(1, _row(DAMAGED, "Minor damage or worse", totals.damaged))
    return [*rows, _row(CATEGORIES[NONE], LABELS[NONE], totals.categories[NONE])]


def _row(name: str, label: str, total: CategoryTotal) -> TotalsRow:
    found = total.estimate
    if found is None:
        return TotalsRow(name, label, total.plain)
    return TotalsRow(name, label, total.plain, found.value, found.low, found.high)


def csv_text(totals: Totals, separator: str) -> str:
    """Return the table for other programs, with a line of titles; unknown numbers are empty."""
    lines: list[tuple[object, ...]] = [TITLES, *(row.cells for row in table_rows(totals))]
    return "".join(separator.join("" if cell is None else str(cell) for cell in line) + "\n" for line in lines)


def totals_text(totals: Totals) -> str:
    """Return the table in columns of fixed width, with a line about the sample."""
    cells = [("", "counted", "estimate", "95 % interval"), *((row.label, *row.shown) for row in table_rows(totals))]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths))) for row in cells]
    return "\n".join(["\n".join(lines), "", *remarks(totals)]) + "\n"


def remarks(totals: Totals) -> list[str]:
    """Return what is to be known about the numbers, sentences."""
    if not totals.sampled:
        return ["No sample has been drawn: estimates need one (xview2 sample), and its review."]
    texts = [f"{totals.reviewed} of {totals.sampled} buildings of the sample have been reviewed."]
    estimate = totals.not_assessable.estimate
    if estimate is None:
        texts.append("Estimates appear when at least one building of each stratum has been reviewed.")
    else:
        parts = (value / max(totals.outlines, 1) for value in (estimate.value, estimate.low, estimate.high))
        share, low, high = (f"{100 * part:.1f} %" for part in parts)
        texts.append(f"Not assessable: {share} of all outlines (95 % interval {low} to {high}).")
        if not totals.complete:
            texts.append("Provisional: ranges get narrower, and are sound only, when all of them have been reviewed.")
    texts.append("Buildings that the result does not hold are in no number.")
    return texts
