"""GeoParquet 1.1: for web maps, DuckDB and data lakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..content.statement import statement
from ..parquet.extent import Extent
from ..parquet.writer import write_geoparquet
from ..product_format import ProductFormat, PublishContext, Published


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the file, see :class:`..product_format.WriteProduct`."""
    passage, extent = Passage(result, context, times=2), Extent()
    for _, rows in passage.batches():
        extent.add(np.array([row.outline for row in rows], dtype=object))
    paragraphs = statement(result, passage.tally, Wording(context.options.language), context.options.contact)
    notes = {part.title: part.text for part in paragraphs}
    write_geoparquet(output, passage.rows(), extent, notes, merged=result.merged)
    return Published(passage.tally.buildings, passage.tally.named_counts)


FORMAT = ProductFormat("geoparquet", write)
