"""Reading the buildings of a result for the adaptation."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, FEATURES_TABLE, PROBABILITY_FIELDS
from ..output.geopackage.final_class import reviewed_word_sql
from .rated_buildings import CLASSES, LEAST_PROBABILITY, UNLABELLED, RatedBuildings
from .result_database import fields_of

_LABELS = {CLASS_NAMES[damage]: index for index, damage in enumerate(DAMAGE_CLASSES)}


def read_buildings(database: sqlite3.Connection) -> RatedBuildings:
    """Return the buildings that the model gave a class, in the order of their rows.

    Reviews that say nothing about the damage (not assessable, no building) are no labels. Buildings drawn by hand, and
    those with probabilities that are no numbers, are left out.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    area = "area_m2" if "area_m2" in fields_of(database) else "NULL"
    # names of this program only; a number among them is asked for as one, whatever somebody has written there
    numbers = ", ".join(f'CAST("{name}" AS REAL)' for name in PROBABILITY_FIELDS)
    rows = database.execute(
        f"SELECT rowid, CAST(building_id AS INTEGER), CAST(damage AS INTEGER), {numbers}, "  # nosec B608
        f"CAST({area} AS REAL), {reviewed_word_sql()} FROM damage "
        f"WHERE damage BETWEEN 1 AND {CLASSES} AND building_id IS NOT NULL ORDER BY rowid"
    ).fetchall()
    table = np.array([row[:-1] for row in rows], np.float64).reshape(len(rows), 4 + CLASSES)
    labels = np.array([_LABELS.get(row[-1], UNLABELLED) for row in rows], np.int64)
    probabilities = table[:, 3 : 3 + CLASSES]
    good = np.isfinite(probabilities).all(axis=1) & (probabilities >= 0).all(axis=1) & (probabilities.sum(axis=1) > 0)
    probabilities = np.maximum(probabilities[good], LEAST_PROBABILITY)
    features = _features(database, table[good, 1].astype(np.int64))
    return RatedBuildings(
        rows=table[good, 0].astype(np.int64),
        probabilities=probabilities / probabilities.sum(axis=1, keepdims=True),
        classes=table[good, 2].astype(np.int64) - 1,
        labels=labels[good],
        areas_m2=table[good, 3 + CLASSES],
        features=features,
    )


def _features(database: sqlite3.Connection, buildings: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the stored features of buildings (N,) by their numbers, float32 (N, C); C is 0 where none are stored."""
    known = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [FEATURES_TABLE])
    nothing = np.empty((len(buildings), 0), np.float32)
    if known.fetchone() is None:
        return nothing
    # the name of a table is no parameter; this one is the program's own
    stored = database.execute(
        f'SELECT building_id, features FROM "{FEATURES_TABLE}" '  # nosec B608
        "WHERE typeof(features) = 'blob' AND typeof(building_id) = 'integer' ORDER BY building_id"
    ).fetchall()
    # rows of another length come from elsewhere
    length = _usual_length([len(blob) for _, blob in stored])
    kept = [(number, blob) for number, blob in stored if len(blob) == length]
    if not length or not len(buildings):
        return nothing
    numbers = np.array([number for number, _ in kept], np.int64)
    values = np.frombuffer(b"".join(blob for _, blob in kept), "<f2").reshape(len(kept), -1)
    at = np.minimum(np.searchsorted(numbers, buildings), len(numbers) - 1)
    result = values[at].astype(np.float32)
    result[numbers[at] != buildings] = np.nan
    return result


def _usual_length(lengths: Sequence[int]) -> int:
    """Return the most frequent even length; 0 where there is none."""
    even = [length for length in lengths if length and length % 2 == 0]
    return int(np.bincount(even).argmax()) if even else 0
