"""A stored result: what a GeoPackage that is there already holds, asked without changing it.

Standard library only, because the plugin asks the same before it offers to replace a file.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

#: Tables that a run writes, and how to read them. Everything else in a GeoPackage is the work of others.
_OURS = {
    "damage": "SELECT * FROM damage",
    "assessed_area": "SELECT * FROM assessed_area",
    "not_visible": "SELECT * FROM not_visible",
    "unmatched_reviews": "SELECT * FROM unmatched_reviews",
    "run": "SELECT * FROM run",
    "layer_styles": "SELECT * FROM layer_styles",
    "review_sample": "SELECT * FROM review_sample",  # of xview2 sample
    "scenes": "SELECT * FROM scenes",  # of xview2 batch
    # people do not write there; all of it would take a second to read
    "building_features": "SELECT count(*) FROM building_features",
}
#: How the description of every layer and table ends that is a product of this program (xview2 publish, xview2 zones):
#: it is made anew of the result, and holds no work of anybody.
PRODUCT_MARK = "Made by xView2 for QGIS."
#: Fields of ``damage`` that only people fill in, each with the question whether it holds something.
_FILLED = {
    "review_class": "SELECT rowid FROM damage WHERE trim(review_class, char(9, 10, 13, 32)) <> ''",
    "review_note": "SELECT rowid FROM damage WHERE trim(review_note, char(9, 10, 13, 32)) <> ''",
    "reviewed_at": "SELECT rowid FROM damage WHERE trim(reviewed_at, char(9, 10, 13, 32)) <> ''",
    "reviewed_by": "SELECT rowid FROM damage WHERE trim(reviewed_by, char(9, 10, 13, 32)) <> ''",
    # every building of a run has a number: one without was drawn by hand
    "building_id": "SELECT rowid FROM damage WHERE building_id IS NULL",
}
_PATIENCE_S = 1.0  # for another program that writes just now


class InUseError(Exception):
    """Another program holds the file, or it may not be read: its content is unknown."""


class DamagedError(Exception):
    """It is a database, but parts of it cannot be read."""


def foreign_tables(path: Path) -> set[str]:
    """Return the layers, tables and views that this program does not write; none for a file that is no database.

    A run writes no views at all: also one with the name of a layer of ours is the work of others, and may be endless.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    with opened(path) as database:
        if database is None:
            return set()
        tables = _tables(database)
        return (tables - set(_OURS) - _products(database)) | (_tables(database, "view") - tables)


def reviewed_buildings(path: Path) -> int:
    """Return how many buildings of a result people have reviewed or drawn, also those that are still in its log only.

    Reviews that match no building, of a result before, count as well.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    return len(reviewed_rows(path)) + len(reviewed_rows(path, "unmatched_reviews"))


def reviewed_rows(path: Path, layer: str = "damage") -> set[int]:
    """Return the rows of a layer that people have reviewed or drawn.

    Args:
        path: the result.
        layer: ``damage``, or ``unmatched_reviews``, of which all rows count.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    with opened(path) as database:
        if database is None or layer not in _tables(database):
            return set()
        if layer != "damage":
            return {row for (row,) in database.execute("SELECT rowid FROM unmatched_reviews")}
        fields = {str(name).lower() for _, name, *_ in database.execute("PRAGMA table_info(damage)")}
        found: set[int] = set()
        for field, question in _FILLED.items():
            if field in fields:
                found.update(row for (row,) in database.execute(question))
        return found


def images_of_run(path: Path) -> tuple[str, str] | None:
    """Return what the record of a run calls its pre-event and post-event image; None where there is no record.

    These are names of files, or whole paths where the run was asked to record them. Without a pre-event image that is
    an empty text.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    with opened(path) as database:
        if database is None or "run" not in _tables(database):
            return None
        fields = {str(name).lower() for _, name, *_ in database.execute("PRAGMA table_info(run)")}
        if not {"pre", "post"} <= fields:
            return None
        row = database.execute("SELECT pre, post FROM run LIMIT 1").fetchone()
        return None if row is None else (str(row[0] or ""), str(row[1] or ""))


def contents(path: Path) -> str | None:
    """Return a number that changes with whatever people may do to a result; None for a file that is no database.

    A program that only shows the file writes to it, too (SQLite's journal mode), but changes none of this.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    with opened(path) as database:
        if database is None:
            return None
        tables = _tables(database)
        for name in sorted(_tables(database, "view")):
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
            if name in _OURS and name in tables:
                for row in database.execute(_OURS[name]):
                    # of newer versions the bytes depend on what else refers to a value
                    digest.update(marshal.dumps(row, 2))
    return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open a database for reading only; None for a file that is none.

    Raises:
        InUseError: another program holds it.
        DamagedError: parts of it cannot be read.
    """
    place = path.absolute().as_posix()
    logs = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    # where there is no log, SQLite shall not begin one
    mode = "mode=ro" if any(log.exists() and log.stat().st_size for log in logs) else "immutable=1"
    address = f"file://{'' if place.startswith('/') else '/'}{quote(place)}?{mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as database:
            try:
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.DatabaseError as error:
                if "not a database" not in str(error):
                    raise
                yield None
                return
            yield database
    except sqlite3.OperationalError as error:
        raise InUseError(str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter of names in the damaged part
        raise DamagedError(str(error)) from error


def _tables(database: sqlite3.Connection, *kinds: str) -> set[str]:
    """Return the names of tables, and of the kinds given, but for those that the format itself needs."""
    found = database.execute("SELECT type, name FROM sqlite_master")
    names = {str(name) for kind, name in found if kind in ("table", *kinds)}
    return {name for name in names if not name.startswith(("gpkg_", "rtree_", "sqlite_"))}


def _products(database: sqlite3.Connection) -> set[str]:
    """Return the layers and tables that say of themselves that this program has made them of a result."""
    if "gpkg_contents" not in {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master")}:
        return set()
    found = database.execute("SELECT table_name, description FROM gpkg_contents")
    return {str(name) for name, description in found if str(description or "").endswith(PRODUCT_MARK)}
