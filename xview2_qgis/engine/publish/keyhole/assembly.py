"""A KML document of a result: as many buildings as programs for it bear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ....protocol.schema import Damage
from ...errors import InputError
from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..content.statement import statement, title
from ..product_format import PublishContext, Published
from .document import KmlHead, KmlSpool

#: Buildings in one document; Google Earth gets slow with fewer.
MOST_BUILDINGS = 100_000


def write_document(
    path: Path, result: StoredResult, context: PublishContext, folder: Path, icons: Mapping[Damage, str]
) -> Published:
    """Write a document.

    Args:
        path: the file.
        result: what is published.
        context: options, progress and cancellation.
        folder: for working files.
        icons: for each class the file with its colour; none for a document that stands alone.

    Raises:
        InputError: the buildings are too many (``publish-too-large``).
        OSError: it cannot be written.
    """
    wording, passage = Wording(context.options.language), Passage(result, context)
    if passage.total > MOST_BUILDINGS:
        raise InputError(
            f"{passage.total:,} buildings are more than the {MOST_BUILDINGS:,} that programs for KML bear",
            "publish as geoparquet or shapefile, or count them in zones", "publish-too-large",
        )  # fmt: skip
    spool = KmlSpool(folder, wording)
    for _, rows in passage.batches():
        spool.add(rows)
    paragraphs = statement(result, passage.tally, wording, context.options.contact)
    spool.write(path, KmlHead(title(result.run, wording), tuple(paragraphs), icons), passage.tally)
    return Published(passage.tally.buildings, passage.tally.named_counts)
