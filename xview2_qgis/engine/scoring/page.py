"""The accuracy report: one HTML file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.plain_text import sentence
from ..output.template import template
from .comparison import Comparison
from .figures import COLUMN_LABELS, confusion, figures, reliability_rows

_SIDE, _LEFT, _TOP = 300.0, 52.0, 14.0  # units of the drawing


@dataclass(frozen=True)
class _Bar:
    """One bin of the diagram: its bar, and the point where it should end."""

    x: float
    y: float
    height: float
    point_x: float
    point_y: float
    label: str


def render(comparison: Comparison, result: str, reference: str, which: str) -> str:
    """Return the report as HTML; texts are escaped.

    Args:
        comparison: the figures.
        result: name of the result.
        reference: name of the reference.
        which: whose classes were scored, ``model`` or ``final``.
    """
    chosen = figures(comparison)
    return template("score.html").render(
        result=result, reference=reference, which=which, comparison=comparison,
        notes=[sentence(note) for note in comparison.notes],
        pixels=[figure for figure in chosen if figure.section == "pixels"],
        objects=[figure for figure in chosen if figure.section == "buildings"],
        columns=COLUMN_LABELS, confusion=_shaded(comparison), bins=reliability_rows(comparison),
        bars=_bars(comparison), side=_SIDE, left=_LEFT, top=_TOP,
    )  # fmt: skip


def _shaded(comparison: Comparison) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return the confusion matrix, each count with its share of the row."""
    return [
        (name, [(count, count / max(sum(counts), 1)) for count in counts]) for name, counts in confusion(comparison)
    ]


def _bars(comparison: Comparison) -> list[_Bar]:
    bins = comparison.reliability
    width, base = _SIDE / len(bins.counts), _TOP + _SIDE
    return [
        _Bar(
            _LEFT + index * width,
            base - right * _SIDE,
            right * _SIDE,
            _LEFT + sure * _SIDE,
            base - sure * _SIDE,
            f"{count} buildings: {right:.0%} right, {sure:.0%} expected",
        )
        for index, (count, sure, right) in enumerate(
            zip(bins.counts.tolist(), bins.confidence.tolist(), bins.accuracy.tolist(), strict=True)
        )
        if count
    ]
