"""Results with reviews, for tests of the adaptation: a model that is wrong in a way that its features show."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import write_result
from xview2_qgis.engine.adaptation.rated_buildings import UNLABELLED, RatedBuildings
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, Damage

WORDS = [CLASS_NAMES[damage] for damage in DAMAGE_CLASSES]


def answers(count: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float32]]:
    """Probabilities (N, 4), true classes (N,) and features (N, 6) of buildings; the model overlooks damage."""
    random = np.random.default_rng(seed)
    true = random.choice(4, count, p=[0.4, 0.2, 0.2, 0.2])
    evidence = np.eye(4)[true] * 1.2 + np.array([1.5, 0.0, 0.0, 0.0]) + random.normal(0, 0.8, (count, 4))
    probabilities = np.exp(evidence) / np.exp(evidence).sum(axis=1, keepdims=True)
    features = np.hstack([np.eye(4)[true] * 3, np.zeros((count, 2))]) + random.normal(0, 1, (count, 6))
    return probabilities, true, features.astype(np.float32)


def rated(
    count: int, labelled: int, seed: int = 0, *, features: bool = True
) -> tuple[RatedBuildings, NDArray[np.int64]]:
    """The same as the adaptation sees them, the first ones reviewed, and the truth of all."""
    probabilities, true, seen = answers(count, seed)
    labels = np.where(np.arange(count) < labelled, true, UNLABELLED)
    return RatedBuildings(
        rows=np.arange(1, count + 1), probabilities=probabilities, classes=probabilities.argmax(axis=1), labels=labels,
        areas_m2=np.full(count, 100.0), features=seen if features else seen[:, :0],
    ), true  # fmt: skip


def write_reviewed(path: Path, count: int = 120, reviewed: int = 60) -> NDArray[np.int64]:
    """Write a result with features, review its first buildings truly, and return the truth of all."""
    probabilities, true, seen = answers(count)
    write_result(path, [_building(number, row) for number, row in enumerate(probabilities)])
    with closing(edited(path)) as database, database:
        database.execute("CREATE TABLE building_features (building_id INTEGER PRIMARY KEY NOT NULL, features BLOB)")
        database.executemany(
            "INSERT INTO building_features VALUES (?, ?)",
            [(number, row.astype("<f2").tobytes()) for number, row in enumerate(seen, 1)],
        )
        database.executemany(
            "UPDATE damage SET review_class = ? WHERE building_id = ?",
            [(WORDS[label], number) for number, label in enumerate(true[:reviewed], 1)],
        )
    return true


def edited(path: Path) -> sqlite3.Connection:
    """The file in SQLite, as a program that knows geometries has it: the spatial index needs these functions."""
    database = sqlite3.connect(path)
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        database.create_function(name, 1, lambda _: 0)
    return database


def rows(path: Path, sql: str = "SELECT * FROM damage ORDER BY fid") -> list[tuple[object, ...]]:
    """What stands in a result."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def _building(number: int, row: NDArray[np.float64]) -> Building:
    x, y = ORIGIN[0] + number % 20 * 20, ORIGIN[1] - number // 20 * 20
    shares = (float(row[0]), float(row[1]), float(row[2]), float(row[3]))
    best = int(row.argmax())
    return Building(box(x, y - 10, x + 10, y), UTM, Vote(Damage(best + 1), shares, shares[best], 1.0), Source.MODEL)
