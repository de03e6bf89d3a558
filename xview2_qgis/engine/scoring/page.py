"""The accuracy report: one HTML file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.plain_text import sentence
from ..language.wording import Wording
from ..output.template import page
from .comparison import Comparison
from .figures import ABSENT, COLUMN_LABELS, Figure, confusion, figures, reliability_bins

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


@dataclass(frozen=True)
class ComparedNames:
    """What a report calls the two sides.

    Attributes:
        result: name of the result.
        reference: name of the reference.
        which: whose classes were scored, ``model`` or ``final``.
    """

    result: str
    reference: str
    which: str


def render(comparison: Comparison, names: ComparedNames, wording: Wording) -> str:
    """Return the report as HTML; texts are escaped.

    Args:
        comparison: the figures.
        names: of both sides.
        wording: the language.
    """
    chosen = figures(comparison)
    return page("score.html", wording).render(
        names=names, comparison=comparison, notes=[sentence(note.told(wording.words)) for note in comparison.notes],
        pixels=_cells(chosen, "pixels", wording), objects=_cells(chosen, "buildings", wording),
        absent=any(figure.name == "damage_f1_present" for figure in chosen),
        columns=[wording.tr(label) for label in COLUMN_LABELS],
        confusion=[(wording.tr(name), cells) for name, cells in _shaded(comparison)],
        bins=reliability_bins(comparison), bars=_bars(comparison, wording), side=_SIDE, left=_LEFT, top=_TOP,
    )  # fmt: skip


def _cells(chosen: list[Figure], section: str, wording: Wording) -> list[tuple[str, str]]:
    return [
        (figure.label_in(wording.words), ABSENT if figure.value is None else wording.number(figure.value, 3))
        for figure in chosen
        if figure.section == section
    ]


def _shaded(comparison: Comparison) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return the confusion matrix, each count with its share of the row."""
    return [
        (name, [(count, count / max(sum(counts), 1)) for count in counts]) for name, counts in confusion(comparison)
    ]


def _bars(comparison: Comparison, wording: Wording) -> list[_Bar]:
    bins = comparison.reliability
    width, base = _SIDE / len(bins.counts), _TOP + _SIDE
    return [
        _Bar(
            _LEFT + index * width,
            base - right * _SIDE,
            right * _SIDE,
            _LEFT + sure * _SIDE,
            base - sure * _SIDE,
            wording.trn(
                "{n} building: {right} right, {sure} expected",
                "{n} buildings: {right} right, {sure} expected",
                count,
                right=wording.share(right),
                sure=wording.share(sure),
            ),
        )
        for index, (count, sure, right) in enumerate(
            zip(bins.counts.tolist(), bins.confidence.tolist(), bins.accuracy.tolist(), strict=True)
        )
        if count
    ]
