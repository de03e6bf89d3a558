"""The table with what the network saw of each building, from which ``xview2 adapt`` learns.

It is registered as an extension and not among the contents of the GeoPackage (OGC 12-128r15, 2.3), so that no program
shows it as a layer. A row holds the features as 16-bit floating point numbers, the low byte first.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ....protocol.schema import FEATURES_TABLE
from ..building_batch import BuildingBatch

_TABLE = f"CREATE TABLE {FEATURES_TABLE} (building_id INTEGER PRIMARY KEY NOT NULL, features BLOB NOT NULL)"
# put together of names of this program only
_ROW = f"INSERT INTO {FEATURES_TABLE} VALUES (?, ?)"  # nosec B608
_DEFINITION = "features of buildings for xview2 adapt: 16-bit floating point numbers, low byte first"


class FeatureTable:
    """Writes the table, which exists where there are features only.

    Args:
        path: the GeoPackage; it is not open between two calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._exists = False

    def add(self, batch: BuildingBatch) -> None:
        """Append the features of buildings that have some.

        Raises:
            sqlite3.Error: they cannot be written.
        """
        rows = [
            (number, building.features.astype("<f2").tobytes())
            for number, building in enumerate(batch.buildings, batch.first_id)
            if building.features is not None
        ]
        if not rows:
            return
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            if not self._exists:
                database.execute(_TABLE)
                self._exists = True
            database.executemany(_ROW, rows)

    def register(self, database: sqlite3.Connection) -> None:
        """Say what the table is, if there is one.

        Raises:
            sqlite3.Error: it cannot be written.
        """
        if self._exists:
            database.execute(
                "INSERT INTO gpkg_extensions VALUES (?, NULL, 'xview2_building_features', ?, 'read-write')",
                (FEATURES_TABLE, _DEFINITION),
            )
