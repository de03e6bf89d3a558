"""The classes of a report as rows of its table and bars of its chart."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from ...protocol.schema import CLASS_COLOURS, CLASS_LABELS, CLASS_NAMES, Damage
from ...protocol.totals.review_sample import Totals
from ...protocol.totals.totals_table import DAMAGED, TotalsRow, table_rows
from ..language.wording import Wording
from .numbers import ReportNumbers

_ROUNDING = 1e-6


@dataclass(frozen=True)
class ClassRow:
    """One class, or the sum of some.

    Attributes:
        name: word of the class in files; what is summed.
        label: for people.
        colour: of the class, empty for a sum.
        count: buildings by final class.
        shown: the same as text.
        share: of the buildings that can be seen, as text; a dash where there is none.
        area: footprint area, as text.
        reviewed: buildings of it that were reviewed, as text.
        estimate: from the sample, as text; empty without.
        interval: its interval of 95 %, as text; empty without.
    """

    name: str
    label: str
    colour: str
    count: int
    shown: str
    share: str
    area: str
    reviewed: str
    estimate: str = ""
    interval: str = ""


def class_rows(numbers: ReportNumbers, totals: Totals, wording: Wording) -> list[ClassRow]:
    """Return a row for each class, the worst first."""
    ranges = {row.name: row for row in table_rows(totals)}
    rows = []
    for damage in sorted(Damage, reverse=True):
        name, count = CLASS_NAMES[damage], numbers.counts[damage]
        estimate, interval = range_texts(ranges.get(name), wording)
        # of those that can be seen: a share of the unknown would make every other one smaller
        shared = numbers.visible and damage is not Damage.UNKNOWN
        rows.append(
            ClassRow(
                name, wording.tr(CLASS_LABELS[damage]), CLASS_COLOURS[damage], count, wording.number(count),
                wording.share(count / numbers.visible, 1) if shared else "–", wording.area(numbers.areas_m2[damage]),
                wording.number(numbers.reviews.reviewed.get(name, 0)), estimate, interval,
            )
        )  # fmt: skip
    return rows


def damaged_row(numbers: ReportNumbers, totals: Totals, wording: Wording) -> ClassRow:
    """Return the sum of minor damage or worse."""
    damaged = (Damage.MINOR, Damage.MAJOR, Damage.DESTROYED)
    ranges = {row.name: row for row in table_rows(totals)}
    count = sum(numbers.counts[damage] for damage in damaged)
    reviewed = sum(numbers.reviews.reviewed.get(CLASS_NAMES[damage], 0) for damage in damaged)
    return ClassRow(
        DAMAGED, wording.tr("Minor damage or worse"), "", count, wording.number(count),
        wording.share(count / numbers.visible, 1) if numbers.visible else "–",
        wording.area(sum(numbers.areas_m2[damage] for damage in damaged)), wording.number(reviewed),
        *range_texts(ranges.get(DAMAGED), wording),
    )  # fmt: skip


def range_texts(row: TotalsRow | None, wording: Wording) -> tuple[str, str]:
    """Return estimate and interval in whole buildings, empty where the sample says too little.

    A bound is never rounded towards the estimate.
    """
    if row is None or row.estimate is None or row.low is None or row.high is None:
        return "", ""
    low, high = floor(row.low + _ROUNDING), ceil(row.high - _ROUNDING)
    return wording.number(round(row.estimate)), wording.span(wording.number(low), wording.number(high))
