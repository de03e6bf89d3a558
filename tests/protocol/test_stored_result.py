"""What is in a result is told without changing it, also what is in its log only."""

import sqlite3
from contextlib import closing

import pytest

from tests.engine.result_scene import one_of_each, write_result
from xview2_qgis.engine.output.geopackage import writer as geopackage
from xview2_qgis.protocol import stored_result
from xview2_qgis.protocol.stored_result import (
    DamagedError,
    InUseError,
    contents,
    foreign_tables,
    images_of_run,
    reviewed_buildings,
)


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "a.gpkg"
    write_result(path, one_of_each())
    return path


def opened(path):
    database = sqlite3.connect(path, isolation_level=None)
    for number, name in enumerate(("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        database.create_function(name, 1, lambda _, number=number: number)  # the triggers of the index ask
    return closing(database)


def test_a_new_result_holds_only_what_a_run_writes(result):
    names = {geopackage.DAMAGE_LAYER, geopackage.ASSESSED_AREA_LAYER, geopackage.RUN_TABLE, "layer_styles"}
    assert names < set(stored_result._OURS)  # commands that come after a run add tables of their own
    before = result.read_bytes()
    assert (foreign_tables(result), reviewed_buildings(result)) == (set(), 0)
    assert contents(result) == contents(result)
    assert result.read_bytes() == before
    assert [path.name for path in result.parent.iterdir()] == ["a.gpkg"]


def test_the_record_names_the_images(result, tmp_path):
    assert images_of_run(result) == ("pre.tif", "post.tif")
    (tmp_path / "no database").write_bytes(b"none")
    assert images_of_run(tmp_path / "no database") is None
    with opened(result) as database:
        database.execute("DROP TABLE run")
    assert images_of_run(result) is None


@pytest.mark.parametrize("field", ["review_class", "review_note", "reviewed_at", "reviewed_by"])
@pytest.mark.parametrize(("value", "counts"), [("destroyed", True), ("rubbish", True), ("", False), (" \n", False)])
def test_a_review_is_something_in_one_of_its_fields(result, field, value, counts):
    with opened(result) as database:
        database.execute(f"UPDATE damage SET {field} = ? WHERE building_id = 2", (value,))
    assert reviewed_buildings(result) == int(counts)


def test_each_building_counts_once_and_one_drawn_by_hand_counts_too(result):
    with opened(result) as database:
        database.execute("UPDATE damage SET review_class = 'destroyed', review_note = 'x' WHERE building_id < 3")
        database.execute("INSERT INTO damage (geom) SELECT geom FROM damage WHERE building_id = 4")
    assert reviewed_buildings(result) == 3


def test_what_is_in_the_log_only(result):
    with opened(result) as database:
        database.execute("PRAGMA journal_mode = WAL")
        before = contents(result)
        database.execute("UPDATE damage SET review_class = 'destroyed'")
        database.execute("CREATE TABLE notes (text TEXT)")
        assert reviewed_buildings(result) == 5
        assert foreign_tables(result) == {"notes"}
        assert contents(result) != before


def test_a_result_that_is_being_written_is_in_use(result, monkeypatch):
    monkeypatch.setattr(stored_result, "_PATIENCE_S", 0.01)
    with opened(result) as database:
        database.execute("BEGIN EXCLUSIVE")
        database.execute("UPDATE damage SET review_class = 'destroyed'")
        database.execute("PRAGMA cache_spill = 1")
        for ask in (foreign_tables, reviewed_buildings, contents):
            with pytest.raises(InUseError):
                ask(result)
        database.execute("ROLLBACK")
    assert reviewed_buildings(result) == 0


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite"])
def test_other_files_hold_nothing(tmp_path, data):
    path = tmp_path / "a.gpkg"
    path.write_bytes(data)
    assert (foreign_tables(path), reviewed_buildings(path)) == (set(), 0)
    assert path.read_bytes() == data


def test_a_damaged_one_is_told(result):
    data = result.read_bytes()
    result.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(DamagedError):
        reviewed_buildings(result)


@pytest.mark.parametrize("name", ["a;b.gpkg", "a b%20c?d#e.gpkg", "ä|ö.gpkg", "a'b\".gpkg"])
def test_names(tmp_path, name):
    with closing(sqlite3.connect(tmp_path / name)) as database:
        database.execute("CREATE TABLE notes (text TEXT)")
    assert foreign_tables(tmp_path / name) == {"notes"}


def test_views_are_somebodys_and_never_read(tmp_path):
    path = tmp_path / "views.gpkg"
    endless = "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a AS building_id FROM n"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE VIEW damage AS {endless}")
        database.execute("CREATE VIEW mine AS SELECT 1")
        database.commit()
    assert foreign_tables(path) == {"damage", "mine"}
    assert reviewed_buildings(path) == 0
    assert contents(path) is not None


def test_names_that_are_no_text(tmp_path):
    """SQLite quotes them in its errors, and Python cannot read these."""
    path = tmp_path / "damage.gpkg"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE damage (building_id TEXT)")
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE \xbdABLE"))
    for question in (foreign_tables, reviewed_buildings, contents):
        with pytest.raises(DamagedError):
            question(path)
