"""The final class after edits with programs that know GeoPackages; QGIS and OGR's update are in tests/plugin."""

import re
import sqlite3
from contextlib import closing

import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.result_scene import one_of_each, square, write_result
from xview2_qgis.engine.output.geopackage.final_class import REVIEW_CLASSES, final_class_triggers
from xview2_qgis.protocol.schema import CLASS_NAMES, Damage

GRADES = {"unknown": 0, "no-damage": 1, "minor-damage": 2, "major-damage": 3, "destroyed": 4, "no-building": None}


@pytest.fixture
def result(tmp_path):
    """A result, model classes 0 to 4."""
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each())
    return path


def edited(path):
    """The file in SQLite, as a program that knows geometries has it: the spatial index needs these functions."""
    database = sqlite3.connect(path)
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        database.create_function(name, 1, lambda _: 0)
    return database


def finals(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT final_class, final_damage FROM damage ORDER BY fid").fetchall()


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("review", REVIEW_CLASSES)
def test_a_review_counts(result, review, recursive):
    with closing(edited(result)) as database, database:
        database.execute(f"PRAGMA recursive_triggers = {recursive}")
        database.execute("UPDATE damage SET review_class = ? WHERE damage = 2", [review])
    expected = [(CLASS_NAMES[damage], int(damage)) for damage in Damage]
    expected[2] = (review, GRADES[review])
    assert finals(result) == expected


@pytest.mark.parametrize("nothing", [None, "", "  ", "Destroid", "3"])
def test_what_is_no_class_is_no_review_and_a_review_can_be_taken_back(result, nothing):
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = ' Destroyed ' || char(13, 10)")
        assert {row[0] for row in database.execute("SELECT final_class FROM damage")} == {"destroyed"}
        database.execute("UPDATE damage SET review_class = ?", [nothing])
    assert finals(result) == [(CLASS_NAMES[damage], int(damage)) for damage in Damage]


def test_the_final_class_itself_cannot_be_changed(result):
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET final_class = 'no-damage', final_damage = 7")
    assert finals(result) == [(CLASS_NAMES[damage], int(damage)) for damage in Damage]


def test_buildings_that_ogr_appends_have_a_final_class(result):
    added = pyogrio.read_dataframe(result, layer="damage").iloc[[1, 1, 1]].copy()
    added["review_class"] = ["major-damage", None, None]
    added["damage_class"] = ["no-damage", "destroyed", None]
    added["final_class"], added["final_damage"] = None, None
    pyogrio.write_dataframe(added, result, layer="damage", append=True)
    assert finals(result)[5:] == [("major-damage", 3), ("destroyed", 4), ("unknown", 0)]
    # the spatial index knows them
    found = pyogrio.read_dataframe(result, layer="damage", bbox=tuple(added.total_bounds))
    assert len(found) == 4


@given(st.lists(st.tuples(st.sampled_from([*CLASS_NAMES.values(), None]), st.none() | st.text(max_size=12)
                          | st.sampled_from(REVIEW_CLASSES),
                          st.sampled_from([None, None, "", "nonsense", "unknown", *GRADES])), max_size=8))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_triggers_do_what_python_says(edits):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            "CREATE TABLE damage (fid INTEGER PRIMARY KEY, damage_class, review_class, adapted_class, final_class, "
            "final_damage)"
        )
        for statement in final_class_triggers("damage"):
            database.execute(statement)
        for model, review, adapted in edits:
            try:
                database.execute("INSERT INTO damage (damage_class) VALUES (?)", [model])
                database.execute("UPDATE damage SET review_class = ? WHERE fid = last_insert_rowid()", [review])
                database.execute("UPDATE damage SET adapted_class = ? WHERE fid = last_insert_rowid()", [adapted])
            except UnicodeEncodeError:  # half a character is no text in SQLite
                return
            word = re.sub("[\t\n\r]", "", (review or "").split("\0")[0]).strip(" ").lower()
            rated = adapted if adapted and GRADES.get(adapted) else model or "unknown"
            expected = word if word in REVIEW_CLASSES else rated
            (row,) = database.execute(
                "SELECT final_class, final_damage FROM damage WHERE fid = last_insert_rowid()"
            ).fetchall()
            assert row == (expected, GRADES[expected])


def test_a_large_layer_is_written_without_the_triggers_and_edited_with_them(tmp_path):
    path = tmp_path / "out.gpkg"
    write_result(path, [square(20 * i, 0) for i in range(1200)])
    with closing(edited(path)) as database, database:
        database.execute("UPDATE damage SET review_class = 'no-damage' WHERE building_id % 2")
    counts = {name: sum(row[0] == name for row in finals(path)) for name in ("minor-damage", "no-damage")}
    assert counts == {"minor-damage": 600, "no-damage": 600}
