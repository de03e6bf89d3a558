"""The result whose buildings are drawn: its frame is read, its sample is stored, both in the GeoPackage itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ...protocol.codes import ErrorCode
from ...protocol.public_name import public_name
from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, DAMAGE_LAYER, PROBABILITY_FIELDS, RUN_TABLE
from ...protocol.totals.category import category_of
from ...protocol.totals.review_sample import BuildingNow, ReviewSample
from ...protocol.totals.sample_table import COLUMNS, SAMPLE_TABLE
from ...protocol.totals.stored_sample import NotAResultError, columns_of, read_buildings, read_sample
from ..errors import InputError
from ..reviews.merged_result import refuse_merged
from ..stored.refusal import explained, result_database
from .draw import SampleRow
from .frame import Frame

_PATIENCE_S = 5.0  # for another program that writes just now
_INDEX = {CLASS_NAMES[damage]: index for index, damage in enumerate(DAMAGE_CLASSES)}


class ResultFile:
    """A GeoPackage of ``xview2 assess``.

    Args:
        path: the file.

    Raises:
        InputError: there is no such file (``result-open``).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise InputError(f"there is no file {path}", "give the GeoPackage of an assessment", "result-open")

    def frame(self) -> Frame:
        """Return the buildings that have a number and probabilities.

        Raises:
            InputError: it is no result, in use or damaged.
        """
        with result_database(self.path) as database:
            there = columns_of(database, DAMAGE_LAYER)
            if not {"building_id", "damage_class", *PROBABILITY_FIELDS} <= there:
                raise NotAResultError
            refuse_merged(there, self.path.name)
            adapted = "coalesce(adapted_class, damage_class)" if "adapted_class" in there else "damage_class"
            review = "review_class" if "review_class" in there else "NULL"
            # all that is put in are names of this program
            rows = database.execute(
                f"SELECT building_id, {adapted}, {review}, {', '.join(PROBABILITY_FIELDS)} FROM {DAMAGE_LAYER} "  # nosec B608
                "WHERE building_id IS NOT NULL ORDER BY building_id"
            ).fetchall()
        known = [row for row in rows if row[1] in _INDEX and None not in row[3:]]
        return Frame(
            np.array([row[0] for row in known], np.int64),
            np.array([_INDEX[row[1]] for row in known], np.intp),
            np.array([row[3:] for row in known], np.float64).reshape(-1, len(PROBABILITY_FIELDS)),
            np.array([category_of(row[2]) is not None for row in known], bool),
        )

    def sample(self) -> ReviewSample | None:
        """Return the sample that has been drawn; None where there is none.

        Raises:
            InputError: it is no result, in use or damaged.
        """
        with explained(self.path):
            return read_sample(self.path)

    def buildings(self) -> list[BuildingNow]:
        """Return what the result says about its buildings now.

        Raises:
            InputError: it is no result, in use or damaged.
        """
        with explained(self.path):
            return read_buildings(self.path)

    def run(self) -> dict[str, object]:
        """Return the row of the table ``run``; empty where there is none.

        Raises:
            InputError: it is no result, in use or damaged.
        """
        with result_database(self.path) as database:
            if not columns_of(database, DAMAGE_LAYER):
                raise NotAResultError
            refuse_merged(columns_of(database, DAMAGE_LAYER), self.path.name)
            names = sorted(columns_of(database, RUN_TABLE))
            if not names:
                return {}
            # names of columns that are there
            quoted = ", ".join(f'"{name}"' for name in names)
            row = database.execute(f"SELECT {quoted} FROM {RUN_TABLE} LIMIT 1").fetchone()  # nosec B608
            return {} if row is None else dict(zip(names, row, strict=True))

    def store(self, rows: Sequence[SampleRow], seed: int) -> None:
        """Store a sample in the place of an earlier one: all of it, or nothing.

        Raises:
            InputError: another program writes to the file, or it cannot be written (``result-in-use``).
        """
        drawn_at = datetime.now(UTC).isoformat(timespec="seconds")
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        places = ", ".join("?" * len(COLUMNS))
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                database.execute(f"DROP TABLE IF EXISTS {SAMPLE_TABLE}")
                database.execute(f"CREATE TABLE {SAMPLE_TABLE} ({columns})")
                database.executemany(
                    # all that is put in are names of this program
                    f"INSERT INTO {SAMPLE_TABLE} VALUES ({places})",  # nosec B608
                    [(*row.values, seed, drawn_at) for row in rows],
                )
                database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise InputError(
                f"{public_name(str(self.path))} cannot be written ({error})",
                "save or end the edits of its layers in QGIS, or make the file writable, and try again",
                ErrorCode.RESULT_IN_USE,
            ) from error
