"""Metadata of the layers of a result, inside the GeoPackage, where QGIS shows it in *Layer Properties › Information*.

The tables are those of the GeoPackage extension ``gpkg_metadata`` (GeoPackage 1.2, F.8), the content is QGIS's own,
whose parts are those of ISO 19115: extent in space and time, lineage, licence, credits, contact.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

# only to write; nothing is read with it
from xml.etree import ElementTree  # nosec B405

_EXTENSION = "http://www.geopackage.org/spec120/#extension_metadata"
_EMAIL = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")
_STANDARD = "http://mrcc.com/qgis.dtd"
_TABLES = (
    """
    CREATE TABLE gpkg_metadata (
        id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
        md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')
    """,
    """
    CREATE TABLE gpkg_metadata_reference (
        reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
        timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
        CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
        CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))
    """,
)


@dataclass(frozen=True)
class LayerExtent:
    """Where a layer lies.

    Attributes:
        bounds: least x and y, greatest x and y.
        crs: their CRS as authority and code, such as ``EPSG:32637``.
    """

    bounds: tuple[float, float, float, float]
    crs: str


@dataclass(frozen=True)
class LayerMetadata:
    """What is said about a layer.

    Attributes:
        layer: its name.
        title: a headline.
        abstract: some sentences.
        licence: under which it may be used.
        extent: where it lies.
        period: days or moments of the pre-event and of the post-event image, ISO 8601, empty where not known.
        lineage: of what and how it was made, a sentence each.
        credits: what has to be written beside it.
        contact: whom to ask, empty where nobody is named.
    """

    layer: str
    title: str
    abstract: str
    licence: str
    extent: LayerExtent | None = None
    period: tuple[str, str] = ("", "")
    lineage: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    contact: str = ""


def write_layer_metadata(database: sqlite3.Connection, layers: tuple[LayerMetadata, ...]) -> None:
    """Write the metadata of layers into a GeoPackage that has none yet.

    Args:
        database: the open GeoPackage.
        layers: one entry a layer.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    for table in _TABLES:
        database.execute(table)
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
        [("gpkg_metadata", _EXTENSION), ("gpkg_metadata_reference", _EXTENSION)],
    )
    for number, layer in enumerate(layers, 1):
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)", (number, _STANDARD, _qmd(layer))
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?, ?)",
            (layer.layer, number),
        )
        database.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (layer.abstract, layer.layer))


def _qmd(layer: LayerMetadata) -> str:
    """Return the metadata as QGIS writes it."""
    root = ElementTree.Element("qgis", version="3.22.0")
    for tag, text in (
        ("identifier", ""), ("parentidentifier", ""), ("language", "ENG"), ("type", "dataset"), ("title", layer.title),
        ("abstract", layer.abstract),
    ):  # fmt: skip
        ElementTree.SubElement(root, tag).text = text
    if layer.contact:
        _add_contact(root, layer.contact)
    for tag, texts in (("history", layer.lineage), ("rights", layer.credits), ("license", (layer.licence,))):
        for text in texts:
            ElementTree.SubElement(root, tag).text = text
    ElementTree.SubElement(root, "encoding").text = "UTF-8"
    _add_extent(ElementTree.SubElement(root, "extent"), layer)
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ElementTree.tostring(root, 'unicode')}"


def _add_contact(root: ElementTree.Element, contact: str) -> None:
    found = _EMAIL.search(contact)
    name = contact if found is None else contact.replace(found[0], "").strip(" ,;<>()")
    element = ElementTree.SubElement(root, "contact")
    parts = (("name", name), ("organization", ""), ("position", ""), ("voice", ""), ("fax", ""),
             ("email", "" if found is None else found[0]), ("role", "pointOfContact"))  # fmt: skip
    for tag, text in parts:
        ElementTree.SubElement(element, tag).text = text


def _add_extent(element: ElementTree.Element, layer: LayerMetadata) -> None:
    if layer.extent is not None:
        names = ("minx", "miny", "maxx", "maxy")
        bounds = {name: repr(float(value)) for name, value in zip(names, layer.extent.bounds, strict=True)}
        attributes = {"crs": layer.extent.crs, "dimensions": "2", **bounds, "minz": "0", "maxz": "0"}
        ElementTree.SubElement(element, "spatial", attributes)
    start, end = (_moment(text) for text in layer.period)
    if start or end:
        period = ElementTree.SubElement(ElementTree.SubElement(element, "temporal"), "period")
        # one image alone is taken in a moment
        ElementTree.SubElement(period, "start").text = start or end
        ElementTree.SubElement(period, "end").text = end or start


def _moment(text: str) -> str:
    return f"{text}T00:00:00Z" if text and "T" not in text else text
