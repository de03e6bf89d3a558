"""A stored result, compared with what geopandas reads of the same file."""

import sqlite3
from contextlib import closing, suppress

import geopandas
import pandas as pd
import pytest

from tests.engine.result_scene import one_of_each, square, write_result
from tests.engine.stored.stored_scenes import AREA, age, edit, result_of_five, review, two_scenes
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.stored.building_fields import BUILDING_FIELDS
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.schema import Damage


def whole(result, **options):
    return pd.concat(result.buildings(**options), ignore_index=True)


def test_buildings_are_those_of_the_file(tmp_path):
    path = result_of_five(tmp_path)
    found, expected = whole(StoredResult(path)), geopandas.read_file(path, layer="damage")
    assert list(found.columns) == [*BUILDING_FIELDS, "geometry"]
    assert found.crs == expected.crs
    assert found.geometry.geom_equals_exact(expected.geometry, 0).all()
    for name in BUILDING_FIELDS:
        same = found[name].isna() & expected[name].isna() | (found[name] == expected[name]).fillna(False)
        assert same.all(), name


@pytest.mark.parametrize(("batch", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (20_000, [5])])
def test_batches_follow_each_other(tmp_path, batch, sizes):
    path = result_of_five(tmp_path)
    edit(path, "UPDATE damage SET fid = fid * 1000 - 4000")  # gaps, and numbers below zero
    parts = list(StoredResult(path).buildings(batch))
    assert [len(part) for part in parts] == sizes
    assert [number for part in parts for number in part["building_id"]] == [1, 2, 3, 4, 5]
    assert all(part.index[0] == 0 for part in parts)


def test_no_building_is_left_out_unless_asked_for(tmp_path):
    path = result_of_five(tmp_path)
    review(path, 2, " No-Building\n")
    review(path, 3, "destroyed")
    review(path, 4, "Destroid")
    result = StoredResult(path)
    assert list(whole(result)["building_id"]) == [1, 3, 4, 5]
    assert list(whole(result)["final_class"]) == ["unknown", "destroyed", "major-damage", "destroyed"]
    everything = whole(result, no_building=True)
    assert list(everything["building_id"]) == [1, 2, 3, 4, 5]
    assert pd.isna(everything["final_damage"][1])


def test_totals_agree_with_the_buildings(tmp_path):
    path = result_of_five(tmp_path)
    review(path, 2, "destroyed")
    review(path, 3, "no-building")
    result = StoredResult(path)
    totals, found = result.totals(), whole(result)
    assert totals.buildings.plain == len(found) == 4
    counts = found["final_class"].value_counts()
    assert [category.plain for category in totals.categories] == [
        counts.get("no-damage", 0), counts.get("minor-damage", 0), counts.get("major-damage", 0),
        counts["destroyed"], counts["unknown"], 1,
    ]  # fmt: skip


def test_a_result_of_an_older_version(tmp_path):
    path = result_of_five(tmp_path)
    review(path, 2, "destroyed")
    review(path, 3, "no-building")
    age(path)
    result = StoredResult(path)
    found = whole(result)
    assert list(found.columns) == [*BUILDING_FIELDS, "geometry"]
    assert list(found["final_class"]) == ["unknown", "destroyed", "major-damage", "destroyed"]
    assert list(found["final_damage"]) == [0, 4, 3, 4]
    assert found["adapted_confidence"].isna().all()
    assert [category.plain for category in result.totals().categories] == [0, 0, 1, 2, 1, 1]
    assert (result.run.post, result.run.model_licence, result.run.versions) == ("post.tif", "", {})
    assert result.run.facts.event.name == ""


def test_without_a_record_of_the_run(tmp_path):
    path = result_of_five(tmp_path)
    edit(path, "DROP TABLE run")
    edit(path, "DELETE FROM gpkg_contents WHERE table_name = 'run'")
    result = StoredResult(path)
    assert result.runs == ()
    assert result.run.post == ""
    assert len(whole(result)) == 5


def test_several_scenes(tmp_path):
    result = StoredResult(two_scenes(tmp_path))
    assert result.merged
    found = whole(result, batch=3)
    assert list(found["scene"]) == ["town"] * 5 + ["hill"] * 2
    assert list(found["building_id"]) == [1, 2, 3, 4, 5, 1, 2]
    assert [run.scene for run in result.runs] == ["town", "hill"]
    assert (result.run.pre, result.run.post, result.run.run_id) == ("pre.tif", "", "")
    assert result.run.not_visible_m2 == 10.5
    assert list(result.assessed_area()["scene"]) == ["town", "hill"]
    assert result.totals().buildings.plain == 7


def test_several_scenes_hide_no_warning_licence_or_credit(tmp_path):
    path = two_scenes(tmp_path)
    for field in ("post_credit", "post_licence", "post_sensor"):
        with suppress(sqlite3.OperationalError):  # it may be there
            edit(path, f"ALTER TABLE run ADD COLUMN {field} TEXT")
    town, hill = "WHERE scene = 'town'", "WHERE scene = 'hill'"
    edit(path, f"UPDATE run SET warnings = '[\"both\", \"guessed bands\"]', model_licence = 'CC BY-NC-SA 4.0' {town}")
    edit(path, f"UPDATE run SET warnings = '[\"both\", \"clouds\"]', model_id = 'other', model_licence = 'MIT' {hill}")
    edit(path, f"UPDATE run SET post_credit = '© Maxar', post_sensor = 'GeoEye-1' {town}")
    edit(path, f"UPDATE run SET post_credit = '© Planet', post_licence = 'CC BY 4.0' {hill}")
    run = StoredResult(path).run
    assert run.warnings == ("both", "guessed bands", "clouds")
    assert run.model_id == "tiny; other"
    assert run.model_licence == "CC BY-NC-SA 4.0; MIT"
    post = run.facts.post
    assert (post.credit, post.licence, post.sensor) == ("© Maxar; © Planet", "", "")  # one licence is not known
    edit(path, f"UPDATE run SET post_licence = 'CC BY-NC 4.0' {town}")
    assert StoredResult(path).run.facts.post.licence == "CC BY-NC 4.0; CC BY 4.0"


def test_areas(tmp_path):
    path = result_of_five(tmp_path)
    result = StoredResult(path)
    assessed = result.assessed_area()
    assert assessed.geometry.union_all().equals(AREA)
    assert assessed["area_m2"].sum() == pytest.approx(120 * 40, rel=1e-3)
    hidden = result.not_visible()
    assert (len(hidden), list(hidden.columns), hidden.crs) == (0, ["area_m2", "geometry"], assessed.crs)


def test_a_building_that_another_program_drew_has_the_area_of_its_outline(tmp_path):
    path = result_of_five(tmp_path)
    edit(path, "UPDATE damage SET area_m2 = NULL WHERE building_id = 3")
    found = whole(StoredResult(path))
    [drawn] = found[found["building_id"] == 3].index
    assert found["area_m2"][drawn] == pytest.approx(found.geometry[drawn].area, rel=1e-3)


def test_ground_that_several_scenes_show_is_assessed_once(tmp_path):
    result = StoredResult(two_scenes(tmp_path))  # both show the same
    assert result.assessed_area()["area_m2"].sum() == pytest.approx(2 * 120 * 40, rel=1e-3)
    assert result.assessed_m2() == pytest.approx(120 * 40, rel=1e-3)


def test_names_of_images_are_without_folders(tmp_path):
    path = result_of_five(tmp_path)
    edit(path, "UPDATE run SET pre = '/home/someone/secret/before.tif', post = NULL")
    run = StoredResult(path).run
    assert (run.pre, run.post) == ("before.tif", "")


def test_an_empty_result_and_a_lost_outline(tmp_path):
    write_result(tmp_path / "empty.gpkg", [], area=AREA)
    result = StoredResult(tmp_path / "empty.gpkg")
    assert list(result.buildings()) == []
    assert result.totals().buildings.plain == 0
    path = result_of_five(tmp_path)
    edit(path, "UPDATE damage SET geom = NULL WHERE building_id = 3")
    assert list(whole(StoredResult(path))["building_id"]) == [1, 2, 4, 5]


def test_nothing_is_written(tmp_path):
    path = result_of_five(tmp_path)
    before = path.read_bytes()
    result = StoredResult(path)
    whole(result)
    result.totals()
    result.assessed_area()
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["five.gpkg"]


def test_what_another_program_has_in_its_log_only(tmp_path):
    path = result_of_five(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE run SET model_id = 'in the log'")
        database.commit()
        result = StoredResult(path)
        assert result.run.model_id == "in the log"
        assert len(whole(result)) == 5


def refusal(path):
    with pytest.raises(InputError) as caught:
        StoredResult(path)
    assert str(path.parent) not in caught.value.message or not path.exists()
    return caught.value.code


def test_what_is_no_result(tmp_path):
    text = tmp_path / "text.gpkg"
    text.write_text("no database")
    other = tmp_path / "other.gpkg"
    geopandas.GeoDataFrame({"a": [1]}, geometry=[AREA], crs=32616).to_file(other, layer="damage")
    assert [refusal(tmp_path / "none.gpkg"), refusal(text), refusal(other)] == ["result-open"] * 3


def test_a_damaged_result(tmp_path):
    path = tmp_path / "many.gpkg"
    write_result(path, [square(15 * n, 5, damage=Damage(n % 5)) for n in range(400)], area=AREA)
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        pages = database.execute("SELECT pageno FROM dbstat WHERE name = 'damage'").fetchall()
    for (page,) in pages[1:4]:
        data[(page - 1) * size : page * size] = b"\xa7" * size
    path.write_bytes(bytes(data))
    with pytest.raises(InputError) as caught:
        whole(StoredResult(path))
    assert caught.value.code == "result-damaged"


def test_a_result_that_is_being_written_is_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.protocol.stored_result._PATIENCE_S", 0.01)
    path = result_of_five(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        database.execute("UPDATE run SET model_id = 'new'")
        database.execute("PRAGMA cache_spill = 1")
        assert refusal(path) == "result-in-use"
        database.execute("ROLLBACK")
    assert len(one_of_each()) == StoredResult(path).totals().buildings.plain
