"""The report: one HTML file that needs nothing beside it, to read, print and send."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from ....protocol.licences import licence_in_words
from ....protocol.plain_text import sentence
from ....protocol.schema import CLASS_COLOURS, CLASS_LABELS, Damage
from ..run_description import moment
from ..run_record import RunRecord
from ..summary import CONFIDENCE_BINS, Summary
from ..template import template

_CHART_WIDTH = 560.0  # of the longest bar, in units of the drawing
_HISTOGRAM_HEIGHT = 90.0


@dataclass(frozen=True)
class ReportFacts:
    """Content of a report.

    Attributes:
        title: headline, for example the name of the scene.
        summary: counts, areas and confidences.
        run: the record of the run.
        assessed_m2: assessed area, square metres.
        picture: map picture, JPEG; None for none.
        notes: what was done to the images, one sentence each.
        warnings: what the run warned of, as in its events: without capital letter and full stop.
        summary_of_model: what to expect of the model, in plain sentences; may be empty.
        scores: what is known of the model's accuracy, one line each.
    """

    title: str
    summary: Summary
    run: RunRecord
    assessed_m2: float
    picture: bytes | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary_of_model: str = ""
    scores: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    """One class in the table and the chart."""

    label: str
    colour: str
    count: int
    share: str
    area: str
    confidence: str
    bar: float


@dataclass(frozen=True)
class _Column:
    """One column of the histogram."""

    label: str
    count: int
    height: float


def write_report(path: Path, facts: ReportFacts) -> None:
    """Write the report.

    Args:
        path: HTML file to write.
        facts: its content. Texts are escaped.

    Raises:
        OSError: writing failed, for example on a full disk.
    """
    path.write_text(render(facts), encoding="utf-8")


def render(facts: ReportFacts) -> str:
    """Return the report as HTML."""
    picture = None if facts.picture is None else base64.b64encode(facts.picture).decode("ascii")
    return template("report.html").render(
        facts=facts, rows=_rows(facts.summary), columns=_columns(facts.summary), picture=picture,
        total_area=_area(facts.summary.area_m2), assessed=_area(facts.assessed_m2),
        not_visible=_not_visible(facts.run), unreadable=_unreadable(facts.run), run_facts=_run_facts(facts.run),
        warnings=[sentence(text) for text in facts.warnings],
        unknown=facts.summary.counts[Damage.UNKNOWN], started=moment(facts.run.started_at),
        sure=sum(facts.summary.confidences), histogram_height=_HISTOGRAM_HEIGHT,
    )  # fmt: skip


def _rows(summary: Summary) -> list[_Row]:
    most = max(*summary.counts.values(), 1)
    visible = summary.buildings - summary.counts[Damage.UNKNOWN]
    rows = []
    for damage in sorted(Damage, reverse=True):
        count, mean = summary.counts[damage], summary.mean_confidence(damage)
        # of those that can be seen: a share of the unknown would make every other one smaller
        share = f"{count / visible:.1%}" if visible and damage is not Damage.UNKNOWN else "–"
        rows.append(
            _Row(
                CLASS_LABELS[damage], CLASS_COLOURS[damage], count, share, _area(summary.areas_m2[damage]),
                "–" if mean is None else f"{mean:.0%}", _CHART_WIDTH * count / most,
            )
        )  # fmt: skip
    return rows


def _columns(summary: Summary) -> list[_Column]:
    most = max(*summary.confidences, 1)
    step = 100 // CONFIDENCE_BINS
    return [
        _Column(f"{index * step}–{index * step + step} %", count, _HISTOGRAM_HEIGHT * count / most)
        for index, count in enumerate(summary.confidences)
    ]


def _area(square_metres: float) -> str:
    return f"{square_metres:,.0f} m² ({square_metres / 10_000:,.2f} ha)"


def _not_visible(run: RunRecord) -> str:
    """Return the area that was excluded, empty where nothing was."""
    return _area(run.not_visible_m2) if run.not_visible_m2 else ""


def _unreadable(run: RunRecord) -> str:
    """Return what could not be read of the images, empty where everything could."""
    return f"{_area(run.unreadable_m2)}, {run.unreadable_tiles:,} tiles" if run.unreadable_tiles else ""


def _run_facts(run: RunRecord) -> list[tuple[str, str]]:
    versions = ", ".join(f"{name} {version}" for name, version in json.loads(run.versions).items())
    return [
        ("Pre-event image", run.pre or "None (post-event image only)"),
        ("Post-event image", run.post),
        *_bands(run),
        ("Model", run.model_id),
        ("Model licence", licence_in_words(run.model_licence)),
        ("Model checksum", run.model_checksum),
        ("Device used", f"{run.device} ({run.provider}, {run.precision})"),
        ("Started", moment(run.started_at)),
        ("Duration", f"{run.seconds:,.1f} s"),
        ("Versions", versions),
        ("Run id", run.run_id),
    ]


def _bands(run: RunRecord) -> list[tuple[str, str]]:
    """Return which bands were taken for red, green and blue, and why."""
    images = json.loads(run.images)
    return [
        (f"Bands of the {role}-event image", f"{', '.join(map(str, image['bands']))} (by {image['bands_reason']})")
        for role, image in images.items()
    ]
