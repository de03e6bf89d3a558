"""KMZ: the same as KML in one small file, with the colours of the classes in the list of places."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ...stored.result import StoredResult
from ..content.archive import write_archive
from ..keyhole.assembly import write_document
from ..keyhole.icons import icon, icon_names
from ..product_format import ProductFormat, PublishContext, Published


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the archive, see :class:`..product_format.WriteProduct`."""
    with TemporaryDirectory(dir=output.parent) as folder:
        document = Path(folder) / "doc.kml"
        published = write_document(document, result, context, Path(folder), icon_names())
        pictures = {name: icon(damage) for damage, name in icon_names().items()}
        write_archive(output, {"doc.kml": document, **pictures})
    return published


FORMAT = ProductFormat("kmz", write)
