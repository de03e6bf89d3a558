"""Results to be read: reviewed, of an older version, and of several scenes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN
from tests.engine.result_scene import one_of_each, square, write_result
from xview2_qgis.engine.batch.merged import write_merged
from xview2_qgis.engine.batch.scenes.catalog import Scene
from xview2_qgis.engine.batch.stored_scene import read_scene
from xview2_qgis.engine.batch.summary import SceneRow
from xview2_qgis.protocol.language.words import Words
from xview2_qgis.protocol.schema import Damage

AREA = MultiPolygon([box(ORIGIN[0], ORIGIN[1] - 40, ORIGIN[0] + 120, ORIGIN[1])])


def result_of_five(folder: Path, name: str = "five.gpkg") -> Path:
    """One building of each class, unknown first, in an area of 120 by 40 metres."""
    path = folder / name
    write_result(path, one_of_each(), area=AREA)
    return path


def edit(path: Path, statement: str, *values: object) -> None:
    """Change a result as a program does that knows GeoPackages."""
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute(statement, values)


def review(path: Path, number: int, word: str | None, *, moment: str | None = "2026-02-04T10:00:00+00:00") -> None:
    """Give a building the class of a reviewer."""
    edit(
        path, "UPDATE damage SET review_class = ?, reviewed_at = ?, reviewed_by = 'somebody' WHERE building_id = ?",
        word, moment, number,
    )  # fmt: skip


def age(path: Path) -> None:
    """Take away what an early version did not write: reviews, final and adapted classes, most of the record."""
    with closing(sqlite3.connect(path)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for field in (
            "final_class", "final_damage", "adapted_class", "adapted_confidence", "review_note", "valid_fraction",
        ):  # fmt: skip
            database.execute(f"ALTER TABLE damage DROP COLUMN {field}")
        kept = ("started_at", "pre", "post", "model_id")
        for field in [row[1] for row in database.execute("PRAGMA table_info(run)")]:
            if field not in ("fid", *kept):
                database.execute(f"ALTER TABLE run DROP COLUMN {field}")


def two_scenes(folder: Path) -> Path:
    """A merged result: five buildings of one scene, two of another."""
    first, second = result_of_five(folder, "town.gpkg"), folder / "hill.gpkg"
    write_result(second, [square(5, 5, damage=Damage.DESTROYED), square(60, 5, damage=Damage.MAJOR)], area=AREA)
    edit(second, "UPDATE run SET post = 'other.tif', not_visible_m2 = 10.5, run_id = 'other'")
    rows = []
    for path in (first, second):
        stored = read_scene(path)
        assert stored is not None
        rows.append(SceneRow(Scene(path.stem, "post.tif", "pre.tif"), path, "done", stored))
    target = folder / "merged.gpkg"
    write_merged(target, rows, lambda: None, Words())
    return target
