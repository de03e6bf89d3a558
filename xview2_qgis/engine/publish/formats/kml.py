"""KML: for Google Earth and others; a folder with its colour for each class."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ...stored.result import StoredResult
from ..keyhole.assembly import write_document
from ..product_format import ProductFormat, PublishContext, Published


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the document, see :class:`..product_format.WriteProduct`."""
    with TemporaryDirectory(dir=output.parent) as folder:
        return write_document(output, result, context, Path(folder), {})


FORMAT = ProductFormat("kml", write)
