"""A KML document (OGC 07-147r2): styles, and for each class its buildings with the schema of their fields.

It is written as a stream: the placemarks of each class go to a file of their own, and these are joined at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path

import shapely

from ....protocol.schema import Damage
from ...language.wording import Wording
from ..content.building_row import BuildingRow
from ..content.class_tally import ClassTally
from ..content.statement import Paragraph, class_label
from .fields import FIELDS, KmlField
from .style import SCHEMA, schema_id, style, style_id
from .xml_stream import XmlStream

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_DIGITS = 7  # of a degree: a centimetre


@dataclass(frozen=True)
class KmlHead:
    """What stands above the buildings.

    Attributes:
        title: of the document.
        paragraphs: what is to be known of it.
        icons: for each class the file with its colour, in the archive; none in a bare KML file.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    icons: Mapping[Damage, str]


class KmlSpool:
    """Takes the buildings, one class beside the other, until the document is put together.

    Args:
        folder: where the files of the classes lie meanwhile.
        wording: language of names and texts.
    """

    def __init__(self, folder: Path, wording: Wording) -> None:
        self._files = {damage: folder / f"placemarks-{int(damage)}.xml" for damage in Damage}
        self._words = wording

    def add(self, rows: Iterable[BuildingRow]) -> None:
        """Write the placemarks of buildings.

        Raises:
            OSError: the disk is full.
        """
        with ExitStack() as stack:
            files = {
                damage: stack.enter_context(path.open("a", encoding="utf-8", newline="\n"))
                for damage, path in self._files.items()
            }
            for row in rows:
                self._placemark(files[row.damage], row)

    def write(self, path: Path, head: KmlHead, tally: ClassTally) -> None:
        """Put the document together.

        Args:
            path: the file.
            head: what stands above the buildings.
            tally: of the buildings that were added.

        Raises:
            OSError: it cannot be written.
        """
        with path.open("w", encoding="utf-8", newline="\n") as out:
            xml = XmlStream(out, whole=True)
            with xml.inside("kml", {"xmlns": _NAMESPACE}), xml.inside("Document"):
                self._head(xml, head)
                for damage in sorted(Damage, reverse=True):
                    if tally.counts[damage]:
                        self._class(out, xml, damage, tally.counts[damage], head.icons)

    def _head(self, xml: XmlStream, head: KmlHead) -> None:
        xml.text("name", head.title)
        xml.text("open", "1")
        xml.text("Snippet", head.paragraphs[0].text if head.paragraphs else "", {"maxLines": "2"})
        xml.text("description", "\n\n".join(f"{part.title}: {part.text}" for part in head.paragraphs))
        for damage in Damage:
            style(xml, damage, head.icons.get(damage), self._words)

    def _class(self, out: TextIOBase, xml: XmlStream, damage: Damage, count: int, icons: Mapping[Damage, str]) -> None:
        # a document of its own and no folder: GDAL looks for the schema of an archive nowhere else
        with xml.inside("Document", {"id": f"class-{int(damage)}"}):
            xml.text("name", class_label(damage, self._words))
            xml.text("Snippet", self._words.trn("{n} building", "{n} buildings", count), {"maxLines": "1"})
            if damage in icons:
                xml.text("styleUrl", f"#{style_id(damage)}")
            with xml.inside("Schema", {"name": SCHEMA, "id": schema_id(damage)}):
                for field in FIELDS:
                    with xml.inside("SimpleField", {"type": field.kind, "name": field.name}):
                        xml.text("displayName", field.title(self._words))
            with self._files[damage].open(encoding="utf-8", newline="\n") as placemarks:
                shutil.copyfileobj(placemarks, out)

    def _placemark(self, out: TextIOBase, row: BuildingRow) -> None:
        xml = XmlStream(out)
        with xml.inside("Placemark"):
            xml.text("name", self._words.tr("Building {number}").format(number=row.name))
            xml.text("Snippet", class_label(row.damage, self._words), {"maxLines": "1"})
            xml.text("styleUrl", f"#{style_id(row.damage)}")
            with xml.inside("ExtendedData"), xml.inside("SchemaData", {"schemaUrl": f"#{schema_id(row.damage)}"}):
                for field, value in _values(row):
                    xml.text("SimpleData", value, {"name": field.name})
            _outline(xml, row.outline)
        out.write("\n")


def _outline(xml: XmlStream, geometry: shapely.Polygon | shapely.MultiPolygon) -> None:
    """Write polygons on the ground."""
    parts = shapely.get_parts(geometry).tolist()
    with xml.inside("MultiGeometry") if len(parts) > 1 else nullcontext():
        for part in parts:
            with xml.inside("Polygon"):
                _ring(xml, "outerBoundaryIs", part.exterior)
                for hole in part.interiors:
                    _ring(xml, "innerBoundaryIs", hole)


def _ring(xml: XmlStream, name: str, ring: shapely.LinearRing) -> None:
    with xml.inside(name), xml.inside("LinearRing"):
        xml.text("coordinates", " ".join(f"{x:.{_DIGITS}f},{y:.{_DIGITS}f}" for x, y in ring.coords))


def _values(row: BuildingRow) -> Iterator[tuple[KmlField, str]]:
    for field in FIELDS:
        value = field.value(row)
        if value is not None:
            yield field, f"{value:.{field.decimals}f}" if isinstance(value, float) else str(value)
