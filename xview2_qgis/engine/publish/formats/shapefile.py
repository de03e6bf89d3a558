"""Shapefile in a ZIP archive: names of ten letters that can be read, styles, and a text that explains them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ....protocol.schema import CLASS_NAMES, Damage
from ...language.wording import Wording
from ...stored.result import StoredResult
from ..class_style import ClassLook, class_qml, class_sld
from ..content.archive import write_archive
from ..content.passage import Passage
from ..content.slug import event_slug
from ..content.statement import class_label, statement
from ..product_format import ProductFormat, PublishContext, Published
from ..shapefiles.code_book import code_book
from ..shapefiles.fields import CLASS_FIELD, shapefile_fields
from ..shapefiles.writer import ShapefileWriter


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the archive, see :class:`..product_format.WriteProduct`."""
    wording, passage = Wording(context.options.language), Passage(result, context)
    fields = shapefile_fields(merged=result.merged)
    with TemporaryDirectory(dir=output.parent) as working:
        folder = Path(working)
        path = folder / f"{event_slug(result.run.facts.event)}_buildings.shp"
        file = ShapefileWriter(path, result.crs, fields)
        for frame, rows in passage.batches():
            file.add(frame, rows)
        file.finish()
        paragraphs = statement(result, passage.tally, wording, context.options.contact)
        looks = [ClassLook(CLASS_NAMES[d], class_label(d, wording), d) for d in sorted(Damage, reverse=True)]
        for name, text in (
            (path.with_suffix(".qml").name, class_qml(CLASS_FIELD, looks)),
            (path.with_suffix(".sld").name, class_sld(path.stem, CLASS_FIELD, looks)),
            ("README.txt", code_book(paragraphs, fields, wording)),
        ):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        write_archive(output, {entry.name: entry for entry in sorted(folder.iterdir())})
    return Published(passage.tally.buildings, passage.tally.named_counts, layers=(path.stem,))


FORMAT = ProductFormat("shapefile", write)
