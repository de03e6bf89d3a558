"""The report: one HTML file that needs nothing beside it, to read, print and send."""

from __future__ import annotations

from pathlib import Path

from ...protocol.licences import licence_in_words
from ...protocol.plain_text import sentence
from ...protocol.schema import Damage
from ..language.wording import Wording
from ..output.model_card import ModelCard
from ..output.template import page
from ..stored.run import StoredRun
from .charts import HISTOGRAM_HEIGHT, bar_chart, confidence_columns
from .class_view import class_rows, damaged_row
from .content import ReportContent
from .words.accuracy import accuracy
from .words.event import event_line, headline
from .words.facts import credits, event_facts, image_facts, processing_facts, scene_facts
from .words.review import review_rows, review_sentences
from .words.summary import count_sentences, range_sentences


def write_report(path: Path, content: ReportContent, wording: Wording) -> None:
    """Write the report.

    Args:
        path: HTML file to write.
        content: its content. Texts are escaped.
        wording: its language.

    Raises:
        OSError: writing failed, for example on a full disk.
    """
    path.write_text(render(content, wording), encoding="utf-8")


def render(content: ReportContent, wording: Wording) -> str:
    """Return the report as HTML."""
    run, numbers, totals = content.run, content.numbers, content.totals
    card, rows = ModelCard.from_json(run.model_card), class_rows(numbers, totals, wording)
    return page("report.html", wording).render(
        run=run,
        title=headline(run, wording),
        event_line=event_line(run, wording),
        started=wording.moment(run.started_at) if run.started_at else "",
        counts=count_sentences(numbers, content.assessed_m2, wording),
        ranges=range_sentences(totals, wording),
        accuracy=accuracy(card, wording, pair=content.pair),
        pair=content.pair,
        scenes=scene_facts(content.runs, wording),
        numbers=numbers,
        rows=rows,
        damaged=damaged_row(numbers, totals, wording),
        chart=bar_chart(rows),
        ranged=any(row.interval for row in rows),
        unknown=numbers.counts[Damage.UNKNOWN],
        columns=confidence_columns(numbers, wording),
        histogram_height=HISTOGRAM_HEIGHT,
        sure=sum(numbers.confidences),
        assessed_m2=content.assessed_m2,
        map=content.drawing,
        credits=credits(run),
        zones=content.zones,
        warnings=[sentence(text) for text in content.warnings],
        shift=_shift(run, wording),
        reviews=review_sentences(numbers, totals, wording),
        review_rows=review_rows(numbers, wording),
        event=event_facts(run, wording),
        images=image_facts(run, wording),
        card=card,
        licence=licence_in_words(run.model_licence, wording.words),
        contact=run.facts.event.contact,
        processing=processing_facts(run, wording),
    )


def _shift(run: StoredRun, wording: Wording) -> str:
    """Return how the post-event image was moved, empty where it was not."""
    if run.shift_m is None:
        return ""
    east, north = (f"{'+' if metres >= 0 else '−'}{wording.number(abs(metres), 1)}" for metres in run.shift_m)
    return wording.tr(
        "The post-event image was moved by {east} m east and {north} m north to fit the pre-event image."
    ).format(east=east, north=north)
