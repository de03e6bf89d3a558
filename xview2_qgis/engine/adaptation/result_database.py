"""The result that is adapted, opened as the database that it is: one transaction, or nothing.

GDAL would write every row by itself, with everything that is in it. A file that QGIS shows can be changed meanwhile;
one in which it is just saving edits cannot, which is said.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from ...protocol.codes import ErrorCode
from ...protocol.schema import DAMAGE_LAYER, PROBABILITY_FIELDS
from ..errors import InputError
from ..reviews.merged_result import refuse_merged

_PATIENCE_S = 3.0  # for a program that saves edits just now
_NEEDED = ("building_id", "damage", "review_class", *PROBABILITY_FIELDS)
# triggers of the spatial index name them; they are asked where an outline changes, which none does here
_GEOMETRY_FUNCTIONS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a result for reading; errors as of :func:`changing`."""
    with _explained(path), closing(_connected(path, "ro")) as database:
        _check(database, path)
        yield database


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a result in a transaction, which counts when the block ends well.

    Raises:
        InputError: there is no such file, or it is no result (``result-open``), damaged (``result-damaged``), in use by
            another program (``result-in-use``), or may not be written (``result-readonly``).
    """
    if path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise _readonly(path)
    with _explained(path), closing(_connected(path, "rw")) as database:
        _check(database, path)
        for name in _GEOMETRY_FUNCTIONS:
            database.create_function(name, 1, lambda _: None)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.rollback()
            raise
        database.commit()


def copy_result(path: Path, target: Path) -> None:
    """Copy a result, with what is still in its log, into a file that is not there; errors as of :func:`reading`."""
    with reading(path) as database, closing(sqlite3.connect(target)) as copy:
        database.backup(copy)


def fields_of(database: sqlite3.Connection) -> set[str]:
    """Return the names of the fields of the layer ``damage``."""
    return {str(name) for _, name, *_ in database.execute(f'PRAGMA table_info("{DAMAGE_LAYER}")')}


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    if not path.is_file():
        raise InputError(f"there is no file {path}", "give the GeoPackage of a result", "result-open")
    place = path.absolute().as_posix()
    address = f"file://{'' if place.startswith('/') else '/'}{quote(place)}?mode={mode}"
    # transactions begin where this module says so
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE_S, isolation_level=None)


def _check(database: sqlite3.Connection, path: Path) -> None:
    fields = fields_of(database)
    refuse_merged(fields, path.name)
    missing = [name for name in _NEEDED if name not in fields]
    if missing:
        raise InputError(
            f"{path.name} is no result of an assessment: its layer {DAMAGE_LAYER} lacks {missing[0]}",
            "give the GeoPackage that xview2 assess has written", "result-open",
        )  # fmt: skip


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Word errors of SQLite for people."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise InputError(
                f"{path.name} is in use by another program", "save or end its editing there, then run again",
                ErrorCode.RESULT_IN_USE,
            ) from error  # fmt: skip
        if "readonly" in text or "unable to open" in text:
            raise _readonly(path) from error
        raise _damaged(path, text) from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise InputError(
                f"{path.name} is no GeoPackage", "give the GeoPackage that xview2 assess has written", "result-open"
            ) from error
        raise _damaged(path, str(error)) from error


def _readonly(path: Path) -> InputError:
    return InputError(
        f"{path.name} may not be written", "change its rights or those of its folder, or use --output",
        ErrorCode.RESULT_READONLY,
    )  # fmt: skip


def _damaged(path: Path, reason: str) -> InputError:
    return InputError(f"{path.name} cannot be used ({reason})", "run the assessment again", "result-damaged")
