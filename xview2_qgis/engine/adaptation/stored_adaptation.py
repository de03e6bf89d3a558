"""Writing an adaptation into a result, and taking it back."""

from __future__ import annotations

import sqlite3

from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, DAMAGE_LAYER
from ..output.geopackage.final_class import (
    ADAPTED_CLASS,
    ADAPTED_CONFIDENCE,
    FINAL_CLASS,
    FINAL_DAMAGE,
    adapted_sql,
    drop_final_class_triggers,
    final_class_sql,
    final_class_triggers,
    final_damage_sql,
)
from .adaptation import Adaptation
from .result_database import fields_of

_FIELDS = {
    FINAL_DAMAGE: "MEDIUMINT", FINAL_CLASS: "TEXT", ADAPTED_CLASS: "TEXT", ADAPTED_CONFIDENCE: "REAL",
}  # fmt: skip
_TOUCHED = "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = 'damage'"


def write_adaptation(database: sqlite3.Connection, adaptation: Adaptation) -> None:
    """Write the adapted classes, and with them the final ones. Results of earlier versions get the fields for it.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    _prepare(database)
    _forget(database)
    words = [CLASS_NAMES[damage] for damage in DAMAGE_CLASSES]
    # put together of names of this program only
    database.executemany(
        f'UPDATE "{DAMAGE_LAYER}" SET "{ADAPTED_CLASS}" = ?, "{ADAPTED_CONFIDENCE}" = ? WHERE rowid = ?',  # nosec B608
        (
            (words[number], confidence, row)
            for number, confidence, row in zip(
                adaptation.classes.tolist(), adaptation.confidence.tolist(), adaptation.rows.tolist(), strict=True
            )
        ),
    )
    _finish(database)


def undo_adaptation(database: sqlite3.Connection) -> int:
    """Take the adapted classes back, and return how many buildings had one; the final ones follow.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    if ADAPTED_CLASS not in fields_of(database):
        return 0
    # put together of names of this program only
    (adapted,) = database.execute(
        f'SELECT count(*) FROM "{DAMAGE_LAYER}" WHERE {adapted_sql()}'  # nosec B608
    ).fetchone()
    _prepare(database)
    _forget(database)
    _finish(database)
    return int(adapted)


def final_counts(database: sqlite3.Connection) -> dict[str, int]:
    """Return how many buildings have each final class, by its word; none for a result without final classes."""
    if FINAL_CLASS not in fields_of(database):
        return {}
    # put together of names of this program only
    found = database.execute(
        f'SELECT "{FINAL_CLASS}", count(*) FROM "{DAMAGE_LAYER}" GROUP BY 1 ORDER BY 1'  # nosec B608
    )
    return {str(word): int(count) for word, count in found}


def _prepare(database: sqlite3.Connection) -> None:
    """Add the fields that a result of an earlier version lacks, and keep the triggers from firing row by row."""
    there = fields_of(database)
    for name, kind in _FIELDS.items():
        if name not in there:
            database.execute(f'ALTER TABLE "{DAMAGE_LAYER}" ADD COLUMN "{name}" {kind}')
    for statement in drop_final_class_triggers(DAMAGE_LAYER):
        database.execute(statement)


def _forget(database: sqlite3.Connection) -> None:
    # put together of names of this program only
    database.execute(
        f'UPDATE "{DAMAGE_LAYER}" SET "{ADAPTED_CLASS}" = NULL, "{ADAPTED_CONFIDENCE}" = NULL '  # nosec B608
        f'WHERE "{ADAPTED_CLASS}" IS NOT NULL OR "{ADAPTED_CONFIDENCE}" IS NOT NULL'
    )


def _finish(database: sqlite3.Connection) -> None:
    """Make the final classes right where they are not, and let the triggers watch over them again."""
    wanted = final_class_sql()
    grade = final_damage_sql(wanted)
    # put together of names of this program only
    database.execute(
        f'UPDATE "{DAMAGE_LAYER}" SET "{FINAL_CLASS}" = {wanted}, "{FINAL_DAMAGE}" = {grade} '  # nosec B608
        f'WHERE "{FINAL_CLASS}" IS NOT ({wanted}) OR "{FINAL_DAMAGE}" IS NOT ({grade})'
    )
    for statement in final_class_triggers(DAMAGE_LAYER):
        database.execute(statement)
    database.execute(_TOUCHED)
