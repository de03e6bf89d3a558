"""XLSX: a workbook with the buildings, their summary with ranges, and what is to be known of them."""

from __future__ import annotations

from pathlib import Path

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..content.statement import statement
from ..product_format import ProductFormat, PublishContext, Published
from ..tables.summary_rows import remarks, summary_rows
from ..tables.workbook import Workbook


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the workbook, see :class:`..product_format.WriteProduct`."""
    wording, passage = Wording(context.options.language), Passage(result, context)
    with Workbook(output, result.run.started_at, wording) as book:
        book.buildings(passage.rows(), merged=result.merged)
        totals = result.totals()
        book.summary(summary_rows(passage.tally, totals, wording), remarks(totals, wording))
        book.about(statement(result, passage.tally, wording, context.options.contact))
    return Published(passage.tally.buildings, passage.tally.named_counts)


FORMAT = ProductFormat("xlsx", write)
