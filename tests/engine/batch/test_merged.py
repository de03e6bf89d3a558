"""The merged GeoPackage, read by geopandas and GDAL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas
import numpy as np
import pyogrio
import pytest
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from tests.engine.batch.drawn_scenes import assess_all, draw_pair, statuses
from tests.engine.probability_scene import ORIGIN
from tests.engine.result_scene import one_of_each, square, write_result
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.batch.merged import write_merged
from xview2_qgis.engine.batch.scenes.catalog import Scene
from xview2_qgis.engine.batch.stored_scene import read_scene
from xview2_qgis.engine.batch.summary import COLUMNS, SceneRow
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.engine.geo.crs import LONLAT, CrsTransform
from xview2_qgis.protocol.language.words import Words
from xview2_qgis.protocol.schema import Damage


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three scenes, two of them in one zone, and their results with a merged file."""
    folder = tmp_path_factory.mktemp("place")
    model = str(write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64))
    scenes = [draw_pair(folder, "town"), draw_pair(folder, "hill", "EPSG:32617")]
    hidden = folder / "clouds.gpkg"
    towns = geopandas.read_file(_only(folder, scenes[0], model), layer="damage")
    geopandas.GeoDataFrame(geometry=[towns.geometry[0].buffer(3)], crs=towns.crs).to_file(hidden)
    scenes.append(replace(scenes[0], id="again", exclude=str(hidden)))
    result = assess_all(scenes, folder / "out", model, merged=folder / "all.gpkg")
    assert statuses(result) == ["done"] * 3
    return folder


def _only(folder, scene, model):
    assess_all([scene], folder / "first", model)
    return folder / "first" / f"{scene.id}.gpkg"


def test_every_building_of_every_scene_is_in_it(place):
    merged = geopandas.read_file(place / "all.gpkg", layer="damage")
    assert merged.crs == "EPSG:4326"
    assert merged.columns[0] == "scene"
    for name in ("town", "hill", "again"):
        alone = geopandas.read_file(place / "out" / f"{name}.gpkg", layer="damage")
        mine = merged[merged["scene"] == name].reset_index(drop=True)
        assert mine.drop(columns=["scene", "geometry"]).equals(alone.drop(columns="geometry"))
        there = mine.to_crs(alone.crs)
        assert there.geometry.hausdorff_distance(alone.geometry).max() < 1e-3  # metres


def test_its_other_layers_and_tables(place):
    layers = {name: kind for name, kind in pyogrio.list_layers(place / "all.gpkg")}
    assert layers == {
        "damage": "Polygon", "assessed_area": "MultiPolygon", "not_visible": "MultiPolygon", "run": None,
        "scenes": None, "layer_styles": None,
    }  # fmt: skip
    areas = geopandas.read_file(place / "all.gpkg", layer="assessed_area")
    assert list(areas["scene"]) == ["town", "hill", "again"]
    alone = geopandas.read_file(place / "out" / "hill.gpkg", layer="assessed_area")
    assert areas["area_m2"][1] == alone["area_m2"][0]
    assert list(geopandas.read_file(place / "all.gpkg", layer="not_visible")["scene"]) == ["again"]
    runs = pyogrio.read_dataframe(place / "all.gpkg", layer="run")
    assert list(runs["scene"]) == ["town", "hill", "again"]
    with closing(sqlite3.connect(place / "out" / "hill.gpkg")) as database:
        [(run_id,)] = database.execute("SELECT run_id FROM run")
    assert runs["run_id"][1] == run_id
    table = pyogrio.read_dataframe(place / "all.gpkg", layer="scenes")
    assert list(table.columns) == list(COLUMNS)
    assert list(table["buildings"]) == [6, 6, 6]
    assert table["buildings"].dtype == np.int64 or table["buildings"].dtype == np.int32


def test_styles_are_those_of_a_result_with_the_scene(place):
    with closing(sqlite3.connect(place / "all.gpkg")) as database:
        styles = database.execute("SELECT f_table_name, styleName, useAsDefault, styleQML FROM layer_styles").fetchall()
    assert [style[:3] for style in styles] == [
        ("damage", "Filled", 1), ("damage", "Outline", 0), ("assessed_area", "Assessed area", 1),
        ("not_visible", "Not visible", 1),
    ]  # fmt: skip
    assert 'field name="scene"' in styles[0][3]


def test_a_review_in_it_changes_the_final_class(place, tmp_path):
    """Nobody shall review there, but a field that contradicts another one would be worse."""
    path = tmp_path / "all.gpkg"
    path.write_bytes((place / "all.gpkg").read_bytes())
    frame = geopandas.read_file(path, layer="damage")
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute("UPDATE damage SET review_class = 'destroyed' WHERE scene = 'hill' AND building_id = 1")
    changed = geopandas.read_file(path, layer="damage")
    assert set(changed.index[changed["final_class"] != frame["final_class"]]) <= {6}
    assert changed["final_class"][6] == "destroyed"


def rows_of(folder, **buildings):
    made = []
    for name, (found, options) in buildings.items():
        path = folder / f"{name}.gpkg"
        write_result(path, found, **options)
        made.append(SceneRow(Scene(name, "post.tif"), path, "done", read_scene(path)))
    return made


def test_one_crs_stays_and_parts_of_buildings_too(tmp_path):
    x, y = ORIGIN
    area = MultiPolygon([box(x - 5, y - 100, x + 200, y + 5)])
    parts = replace(square(5, 5), geometry=MultiPolygon([box(x, y - 10, x + 10, y), box(x + 20, y - 10, x + 30, y)]))
    rows = rows_of(
        tmp_path,
        plain=(one_of_each(), {"area": area}),
        parts=([parts], {"multipart": True, "area": area}),
        empty=([], {}),
    )
    checked = []
    write_merged(tmp_path / "all.gpkg", rows, lambda: checked.append(1), Words())
    merged = geopandas.read_file(tmp_path / "all.gpkg", layer="damage")
    assert merged.crs == geopandas.read_file(tmp_path / "plain.gpkg", layer="damage").crs
    assert list(merged["scene"]) == ["plain"] * 5 + ["parts"]
    assert set(merged.geom_type) == {"MultiPolygon"}
    assert len(merged.geometry.iloc[-1].geoms) == 2
    assert checked


def test_rows_come_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.batch.merged_layers._ROWS", 7)
    buildings = [square(15 * (n % 50), 15 * (n // 50), damage=Damage(n % 5)) for n in range(100)]
    rows = rows_of(tmp_path, a=(buildings, {}), b=(buildings[:20], {}))
    write_merged(tmp_path / "all.gpkg", rows, lambda: None, Words())
    merged = geopandas.read_file(tmp_path / "all.gpkg", layer="damage")
    for name in ("a", "b"):
        alone = geopandas.read_file(tmp_path / f"{name}.gpkg", layer="damage")
        mine = merged[merged["scene"] == name].reset_index(drop=True).drop(columns="scene")
        assert mine.drop(columns="geometry").equals(alone.drop(columns="geometry"))
        assert mine.geometry.geom_equals_exact(alone.geometry, 0).all()


def test_reviews_and_no_buildings_are_carried(tmp_path):
    rows = rows_of(tmp_path, a=(one_of_each(), {}))
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute("UPDATE damage SET review_class = 'no-building', review_note = 'a tent' WHERE building_id = 2")
    stored = read_scene(tmp_path / "a.gpkg")
    assert (stored.buildings, stored.counts["no-damage"]) == (4, 0)
    write_merged(tmp_path / "all.gpkg", rows, lambda: None, Words())
    merged = geopandas.read_file(tmp_path / "all.gpkg", layer="damage")
    assert merged["review_note"][1] == "a tent"
    assert np.isnan(merged["final_damage"][1])
    assert merged["final_damage"][0] == 0


def test_a_scene_across_the_antimeridian_stays_in_one_piece(tmp_path):
    pacific = CRS.from_epsg(3832)  # metres, its middle at 150° east
    edge = CrsTransform(LONLAT, pacific).points(180.0, -18.0)[:, 0]
    outline = box(edge[0] - 20, edge[1] - 20, edge[0] + 20, edge[1] + 20)
    house = replace(square(5, 5), geometry=outline, crs=pacific)
    path = tmp_path / "fiji.gpkg"
    write_result(path, [house], pacific)
    # as a run measures it
    area = geopandas.GeoDataFrame({"area_m2": [1600.0]}, geometry=[MultiPolygon([outline])], crs="EPSG:3832")
    pyogrio.write_dataframe(area, path, layer="assessed_area", driver="GPKG")
    rows = rows_of(tmp_path, plain=(one_of_each(), {}))
    rows.append(SceneRow(Scene("fiji", "post.tif"), path, "done", read_scene(path)))
    write_merged(tmp_path / "all.gpkg", rows, lambda: None, Words())
    merged = geopandas.read_file(tmp_path / "all.gpkg", layer="damage")
    west, _, east, _ = merged[merged["scene"] == "fiji"].total_bounds
    assert east - west < 0.001  # degrees: no outline runs around the world


def test_what_somebody_changed_is_not_replaced(tmp_path):
    model = str(write_tiny_bundle(tmp_path / "tiny", tile_size=256, overlap=64))
    scene = draw_pair(tmp_path, "town", size=(240, 200))
    merged = tmp_path / "all.gpkg"
    assess_all([scene], tmp_path / "out", model, merged=merged)
    assert statuses(assess_all([scene], tmp_path / "out", model, merged=merged)) == ["kept"]
    with closing(sqlite3.connect(merged)) as database, database:
        database.execute("UPDATE scenes SET event = 'mine'")
    before = merged.read_bytes()
    with pytest.raises(UsageError, match="not as a batch left it"):
        assess_all([scene], tmp_path / "out", model, merged=merged)
    assert merged.read_bytes() == before
    assess_all([scene], tmp_path / "out", model, merged=merged, overwrite="yes")
    assert merged.read_bytes() != before


@pytest.mark.parametrize(("name", "code"), [("all.shp", "suffix"), ("town.gpkg", "same-output")])
def test_names_that_do_not_serve(tmp_path, name, code):
    scene = Scene("town", "post.tif", "pre.tif")
    with pytest.raises(UsageError) as caught:
        assess_all([scene], tmp_path, "compact", merged=tmp_path / name)
    assert caught.value.code == code


@pytest.mark.parametrize("command", [["sample", "--size=5"], ["adapt"], ["export-reviewed", "--output={out}"]])
def test_reviews_belong_into_the_scenes(place, tmp_path, capsys, command):
    words = [word.format(out=tmp_path / "out") for word in command]
    before = (place / "all.gpkg").read_bytes()
    assert main([words[0], str(place / "all.gpkg"), *words[1:]]) == 3
    assert "give the result of one scene" in capsys.readouterr().err
    assert (place / "all.gpkg").read_bytes() == before


def test_totals_of_all_scenes(place, capsys):
    assert main(["totals", str(place / "all.gpkg")]) == 0
    assert "18" in capsys.readouterr().out
