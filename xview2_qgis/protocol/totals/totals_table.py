"""The totals as a table: rows with names for programs, and text in columns for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from ..language.mark import mark
from ..language.words import Words, english_number
from .category import CATEGORIES, LABELS, NONE
from .review_sample import CategoryTotal, Totals

#: Names of the rows that sum categories.
BUILDINGS, DAMAGED = "buildings", "damaged"
#: What each row is called for people.
ROW_LABELS: dict[str, str] = {
    BUILDINGS: mark("All buildings"), DAMAGED: mark("Minor damage or worse"), **dict(zip(CATEGORIES, LABELS)),
}  # fmt: skip
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
        """Count, estimate and range in whole buildings, for people, as in English."""
        return self.shown_by(english_number)

    def shown_by(self, number: Callable[[int], str]) -> tuple[str, str, str]:
        """Return count, estimate and range in whole buildings, for people; a dash for what is not known yet.

        Args:
            number: writes a whole number as a language does.
        """
        if self.estimate is None or self.low is None or self.high is None:
            return number(self.counted), "–", "–"
        # a bound is never rounded towards the estimate
        low, high = floor(self.low + 1e-6), ceil(self.high - 1e-6)
        return number(self.counted), number(round(self.estimate)), f"{number(low)} – {number(high)}"


def table_rows(totals: Totals) -> list[TotalsRow]:
    """Return all rows: buildings, worst class first, damaged or worse, what holds no building."""
    rows = [_row(BUILDINGS, totals.buildings)]
    rows += [_row(CATEGORIES[number], totals.categories[number]) for number in (3, 2, 1, 0, 4)]
    rows.insert(1, _row(DAMAGED, totals.damaged))
    return [*rows, _row(CATEGORIES[NONE], totals.categories[NONE])]


def _row(name: str, total: CategoryTotal) -> TotalsRow:
    label = ROW_LABELS[name]
    found = total.estimate
    if found is None:
        return TotalsRow(name, label, total.plain)
    return TotalsRow(name, label, total.plain, found.value, found.low, found.high)


def csv_text(totals: Totals, separator: str) -> str:
    """Return the table for other programs, with a line of titles; unknown numbers are empty."""
    lines: list[tuple[object, ...]] = [TITLES, *(row.cells for row in table_rows(totals))]
    return "".join(separator.join("" if cell is None else str(cell) for cell in line) + "\n" for line in lines)


def english_share(share: float) -> str:
    """Return a share from 0 to 1 as a percentage with a tenth."""
    return f"{100 * share:.1f} %"


def totals_text(
    totals: Totals, words: Words | None = None, share: Callable[[float], str] = english_share
) -> str:  # fmt: skip
    """Return the table in columns of fixed width, with a line about the sample; arguments as of :func:`remarks`."""
    words = words or Words()
    cells = [
        ("", words.tr("counted"), words.tr("estimate"), words.tr("95 % interval")),
        *((words.tr(row.label), *row.shown_by(words.number)) for row in table_rows(totals)),
    ]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths))) for row in cells]
    return "\n".join(["\n".join(lines), "", *remarks(totals, words, share)]) + "\n"


def remarks(
    totals: Totals, words: Words | None = None, share: Callable[[float], str] = english_share
) -> list[str]:  # fmt: skip
    """Return what is to be known about the numbers, sentences.

    Args:
        totals: counts and estimates.
        words: the language, None for English.
        share: writes a share from 0 to 1 as the language does.
    """
    words = words or Words()
    if not totals.sampled:
        return [words.tr("No sample has been drawn: estimates need one (xview2 sample), and its review.")]
    texts = [
        words.trn(
            "{reviewed} of {n} building of the sample has been reviewed.",
            "{reviewed} of {n} buildings of the sample have been reviewed.",
            totals.sampled, reviewed=words.number(totals.reviewed),
        )
    ]  # fmt: skip
    estimate = totals.not_assessable.estimate
    if estimate is None:
        texts.append(words.tr("Estimates appear when at least one building of each stratum has been reviewed."))
    else:
        most = max(totals.outlines, 1)
        texts.append(
            words.tr("Not assessable: {share} of all outlines (95 % interval {low} to {high}).").format(
                share=share(estimate.value / most), low=share(estimate.low / most), high=share(estimate.high / most)
            )
        )
        if not totals.complete:
            texts.append(
                words.tr("Provisional: ranges get narrower, and are sound only, when all of them have been reviewed.")
            )
    texts.append(words.tr("Buildings that the result does not hold are in no number."))
    return texts
