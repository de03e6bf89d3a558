"""CSV: one row for a building, with a point inside of it."""

from __future__ import annotations

from pathlib import Path

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..product_format import ProductFormat, PublishContext, Published
from ..tables.csv_table import write_csv
from ..tables.provenance import provenance


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the table, see :class:`..product_format.WriteProduct`."""
    passage = Passage(result, context)
    notes = provenance(result.run, Wording(context.options.language))
    write_csv(output, passage.rows(), notes, merged=result.merged)
    return Published(passage.tally.buildings, passage.tally.named_counts)


FORMAT = ProductFormat("csv", write)
