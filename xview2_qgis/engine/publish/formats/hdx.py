"""HDX: metadata and texts for the Humanitarian Data Exchange, to upload beside another product."""

from __future__ import annotations

import json
from pathlib import Path

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..exchange.dataset import HdxDataset
from ..exchange.form_text import form_text
from ..product_format import ProductFormat, PublishContext, Published


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the files, see :class:`..product_format.WriteProduct`."""
    options, passage = context.options, Passage(result, context)
    for _ in passage.batches():
        pass
    dataset = HdxDataset(result, passage.tally, options.organisation, options.contact, Wording(options.language))
    fields = json.dumps(dataset.fields(), ensure_ascii=False, indent=2) + "\n"
    for name, text in (("hdx.json", fields), ("hdx.txt", form_text(dataset))):
        (output / name).write_text(text, encoding="utf-8", newline="\n")
    return Published(passage.tally.buildings, passage.tally.named_counts)


FORMAT = ProductFormat("hdx", write)
