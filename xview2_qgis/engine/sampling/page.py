"""The totals as one HTML file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.schema import CLASS_COLOURS, CLASS_NAMES, Damage
from ...protocol.totals.review_sample import Totals
from ...protocol.totals.totals_table import BUILDINGS, TotalsRow, remarks, table_rows
from ..language.wording import Wording
from ..output.template import page

_LEFT, _WIDTH = 200.0, 570.0  # of the drawing
_COLOURS = {CLASS_NAMES[damage]: CLASS_COLOURS[damage] for damage in Damage}
_OTHER = "#d5dbe1"


@dataclass(frozen=True)
class _Bar:
    """One line of the drawing: places from left to right."""

    label: str
    colour: str
    counted: float
    estimate: float
    low: float
    high: float
    shown: str


def render(totals: Totals, result: str, wording: Wording) -> str:
    """Return the page as HTML; texts are escaped.

    Args:
        totals: counts and estimates.
        result: name of the result.
        wording: the language.
    """
    rows = table_rows(totals)
    drawn = [row for row in rows if row.name != BUILDINGS]  # beside all others these would be short
    most = max([1.0, *(max(row.high or 0.0, float(row.counted)) for row in drawn)])
    bars = [bar for bar in (_bar(row, most, wording) for row in drawn) if bar is not None]
    return page("totals.html", wording).render(
        totals=totals, result=result, bars=bars, most=wording.number(round(most)),
        rows=[(wording.tr(row.label), row.shown_by(wording.number)) for row in rows],
        remarks=remarks(totals, wording.words, lambda share: wording.share(share, 1)),
    )  # fmt: skip


def _bar(row: TotalsRow, most: float, wording: Wording) -> _Bar | None:
    """Return the bar of a row; None without an estimate."""
    if row.estimate is None or row.low is None or row.high is None:
        return None
    _, estimate, bounds = row.shown_by(wording.number)

    def place(number: float) -> float:
        return _LEFT + _WIDTH * number / most

    return _Bar(
        wording.tr(row.label), _COLOURS.get(row.name, _OTHER), place(row.counted), place(row.estimate), place(row.low),
        place(row.high), f"{estimate} ({bounds})",
    )  # fmt: skip
