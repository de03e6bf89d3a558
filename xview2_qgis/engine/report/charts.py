"""Charts of a report: where their bars begin and end, in units of a drawing 780 wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..language.wording import Wording
from .class_view import ClassRow
from .numbers import ReportNumbers

WIDTH = 780.0
_LETTER = 8.0  # of a label, mean width in the widest of the fonts
_NUMBERS = 70.0  # to the right of a bar
_LEAST, _MOST = 90.0, 330.0  # for labels
HISTOGRAM_HEIGHT = 90.0


@dataclass(frozen=True)
class BarChart:
    """Bars of classes below each other.

    Attributes:
        left: where they begin.
        bars: class and length of each.
    """

    left: float
    bars: tuple[tuple[ClassRow, float], ...]


@dataclass(frozen=True)
class Column:
    """A column of the histogram."""

    label: str
    count: int
    shown: str
    height: float


def bar_chart(rows: Sequence[ClassRow]) -> BarChart:
    """Return the bars of classes; labels of any language fit beside them."""
    left = label_width([row.label for row in rows])
    most = max(1, *(row.count for row in rows))
    longest = WIDTH - left - _NUMBERS
    return BarChart(left, tuple((row, longest * row.count / most) for row in rows))


def label_width(labels: Sequence[str]) -> float:
    """Return the room that labels before bars need."""
    return min(max(_LEAST, 16 + _LETTER * max((len(label) for label in labels), default=0)), _MOST)


def confidence_columns(numbers: ReportNumbers, wording: Wording) -> list[Column]:
    """Return the histogram of confidences."""
    most, step = max(*numbers.confidences, 1), 100 // len(numbers.confidences)
    return [
        Column(
            f"{wording.span(wording.number(index * step), wording.number(index * step + step))} %", count,
            wording.number(count) if count else "", HISTOGRAM_HEIGHT * count / most,
        )
        for index, count in enumerate(numbers.confidences)
    ]  # fmt: skip
