"""Metadata of the layers of a result, inside the GeoPackage, where QGIS shows it in *Layer Properties › Information*.

The tables are those of the GeoPackage extension ``gpkg_metadata`` (GeoPackage 1.2, F.8), the content is QGIS's own.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

# only to write; nothing is read with it
from xml.etree import ElementTree  # nosec B405

_EXTENSION = "http://www.geopackage.org/spec120/#extension_metadata"
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
class LayerMetadata:
    """What is said about a layer.

    Attributes:
        layer: its name.
        title: a headline.
        abstract: some sentences.
        licence: under which it may be used.
    """

    layer: str
    title: str
    abstract: str
    licence: str


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
        ("abstract", layer.abstract), ("license", layer.licence), ("encoding", "UTF-8"),
    ):  # fmt: skip
        ElementTree.SubElement(root, tag).text = text
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ElementTree.tostring(root, 'unicode')}"
