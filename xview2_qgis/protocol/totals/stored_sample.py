"""The sample and the buildings of a result, read from its GeoPackage without changing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..schema import CLASS_NAMES, DAMAGE_LAYER, PROBABILITY_FIELDS, Damage
from ..stored_result import opened
from .category import category_of
from .review_sample import BuildingNow, ReviewSample, SampledBuilding
from .sample_table import SAMPLE_TABLE, STRATUM_MEANS

_UNKNOWN = CLASS_NAMES[Damage.UNKNOWN]


class NotAResultError(Exception):
    """The file holds no buildings of a result."""


def read_sample(path: Path) -> ReviewSample | None:
    """Return the sample of a result, None where none has been drawn.

    Raises:
        NotAResultError: it is no result.
        InUseError, DamagedError: it cannot be read, see :mod:`..stored_result`.
    """
    with opened(path) as database:
        if database is None or not columns_of(database, DAMAGE_LAYER):
            raise NotAResultError
        if not columns_of(database, SAMPLE_TABLE):
            return None
        facts = ", ".join(("building_id", "stratum", "stratum_size", *PROBABILITY_FIELDS, *STRATUM_MEANS))
        # all that is put in are names of this program
        rows = database.execute(f"SELECT {facts} FROM {SAMPLE_TABLE} ORDER BY position").fetchall()  # nosec B608
        drawn = database.execute(f"SELECT seed, drawn_at FROM {SAMPLE_TABLE} LIMIT 1").fetchone()  # nosec B608
    if drawn is None:
        return None
    middle = 3 + len(PROBABILITY_FIELDS)
    buildings = (SampledBuilding(row[0], row[1], row[2], row[3:middle], row[middle:]) for row in rows)
    return ReviewSample(tuple(buildings), drawn[0], drawn[1])


def read_buildings(path: Path) -> list[BuildingNow]:
    """Return what a result says about its buildings now; errors as of :func:`each_building`."""
    return list(each_building(path))


def each_building(path: Path) -> Iterator[BuildingNow]:
    """Yield what a result says about its buildings now; memory does not grow with their number.

    A result of an older version has no final class: then it is the review where there is one, else the model's.

    Raises:
        NotAResultError: it is no result.
        InUseError, DamagedError: it cannot be read, see :mod:`..stored_result`.
    """
    with opened(path) as database:
        there = columns_of(database, DAMAGE_LAYER) if database is not None else set()
        if database is None or not {"building_id", "damage_class"} <= there:
            raise NotAResultError
        review = "review_class" if "review_class" in there else "NULL"
        adapted = "adapted_class" if "adapted_class" in there else "NULL"
        final = "final_class" if "final_class" in there else "NULL"
        # all that is put in are names of this program
        question = f"SELECT building_id, damage_class, {review}, {adapted}, {final} FROM {DAMAGE_LAYER}"  # nosec B608
        for number, model, said, fitted, stored in database.execute(question):
            decided = fitted or model if category_of(said) is None else said
            yield BuildingNow(number, model or _UNKNOWN, said, (stored if final != "NULL" else decided) or _UNKNOWN)


def columns_of(database: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of the columns of a table, in small letters; none where there is no such table."""
    return {str(name).lower() for _, name, *_ in database.execute(f"PRAGMA table_info({table})")}
