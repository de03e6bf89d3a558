"""Styles inside a GeoPackage, where QGIS looks for them: the table ``layer_styles``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .layer_file import GEOMETRY

# as QGIS itself creates it
_STYLES_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
_STYLE_ROW = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '')
"""
_CONTENTS_ROW = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)
"""


@dataclass(frozen=True)
class LayerStyle:
    """A style.

    Attributes:
        layer: layer that it is for.
        name: its name, up to 30 letters.
        qml: what QGIS reads.
        default: whether the layer is opened with it.
        description: a few words.
    """

    layer: str
    name: str
    qml: str
    default: bool
    description: str


def write_layer_styles(database: sqlite3.Connection, styles: Iterable[LayerStyle]) -> None:
    """Write styles into a GeoPackage that has none yet.

    Raises:
        sqlite3.Error: they cannot be written.
    """
    database.execute(_STYLES_TABLE)
    database.execute(_CONTENTS_ROW)
    database.executemany(
        _STYLE_ROW,
        [(style.layer, GEOMETRY, style.name, style.qml, style.default, style.description) for style in styles],
    )
