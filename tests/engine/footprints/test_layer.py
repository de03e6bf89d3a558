"""Ids, layers and readings of footprints: each keeps an id of its own, and no file is read again and again."""

import io
import json
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import from_bounds
from shapely.geometry import LineString, Point, box

from tests.engine.probability_scene import ORIGIN, make_grid, silent, silent_run
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.footprints.layer import open_footprints
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.json_events import JsonEvents

X, Y = ORIGIN
GRID = make_grid(400, 400)


def houses(count):
    """Squares of 4 m, ten in a row, on the grid of 200 m."""
    return [box(X + 2 + i % 10 * 8, Y - 6 - i // 10 * 8, X + 6 + i % 10 * 8, Y - 2 - i // 10 * 8) for i in range(count)]


def collected(address, grid=GRID):
    stream = io.StringIO()
    path = Path(address.partition("|")[0] + ".store")
    events = JsonEvents(stream)
    store, _ = open_footprints(address, events).collect(grid, path, RunContext(events))
    return [footprint for page in store.pages() for footprint in page], [
        json.loads(line)["code"] for line in stream.getvalue().splitlines()
    ]


def written(path, shapes, layer=None, **columns):
    options = {"layer": layer} if layer else {}
    geopandas.GeoDataFrame(columns, geometry=shapes, crs=32616).to_file(path, **options)
    return str(path)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "shp"])
def test_large_ids_with_a_gap_stay_exact(tmp_path, suffix):
    ids = pandas.array(4_873_214_862_074_861_312 + np.arange(12), dtype="Int64")
    ids[5] = pandas.NA
    found, told = collected(written(tmp_path / f"a.{suffix}", houses(12), id=ids))
    names = {footprint.identifier for footprint in found}
    assert names >= {str(name) for name in ids.dropna()}
    assert len(names) == 12
    assert told == []


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([7.0, 12.5, 1e17], ["7", "12.5", "100000000000000000"]),
        (["007", " a b ", "8FXC+AA"], ["007", "a b", "8FXC+AA"]),
        ([2**62, 0, -3], [str(2**62), "0", "-3"]),
    ],
)
def test_ids_as_text(tmp_path, ids, expected):
    found, _ = collected(written(tmp_path / "a.gpkg", houses(3), id=ids))
    assert [footprint.identifier for footprint in found] == expected


def test_a_missing_id_is_not_that_of_another(tmp_path):
    found, told = collected(written(tmp_path / "a.gpkg", houses(4), id=["2", None, "", "1"]))
    names = [footprint.identifier for footprint in found]
    assert (names[0], names[3]) == ("2", "1")
    assert len(set(names)) == 4
    assert told == []


def test_another_id_stands_in_for_a_missing_one(tmp_path):
    columns = {"osm_way_id": ["w0", "w1", "w2"], "osm_id": [None, "r1", None], "uuid": ["u0", "u1", "u2"]}
    found, _ = collected(written(tmp_path / "a.gpkg", houses(3), **columns))
    assert [footprint.identifier for footprint in found] == ["w0", "r1", "w2"]


def test_ids_that_occur_twice_are_told_once(tmp_path):
    found, told = collected(written(tmp_path / "a.gpkg", houses(5), id=list("abbcc")))
    assert len(found) == 5
    assert told == ["footprints-ids"]


def test_layers_count_together_each_in_its_crs(tmp_path):
    path = tmp_path / "a.gpkg"
    shapes = houses(4)
    written(path, shapes[:2], "first")
    geopandas.GeoDataFrame(geometry=shapes[2:], crs=32616).to_crs(4326).to_file(path, layer="second")
    found, told = collected(str(path))
    assert [footprint.identifier for footprint in found] == ["first:1", "first:2", "second:1", "second:2"]
    assert [footprint.crs.to_epsg() for footprint in found] == [32616, 32616, 4326, 4326]
    for footprint, shape in zip(found, shapes, strict=True):
        assert footprint.placed.symmetric_difference(shape).area < 1e-3
    assert told == ["footprints-layers"]


def test_points_beside_polygons_are_told_and_points_alone_refused(tmp_path):
    found, told = collected(
        written(tmp_path / "a.geojson", [*houses(2), Point(X + 3, Y - 3), LineString([(X, Y), (X + 9, Y)])])
    )
    assert (len(found), told) == (2, ["footprints-others"])
    alone = written(tmp_path / "b.geojson", [Point(X + 3, Y - 3), LineString([(X, Y), (X + 9, Y)])])
    with pytest.raises(InputError) as caught:
        collected(alone)
    assert caught.value.code == "footprints-type"


def test_a_wrong_code_page_costs_letters_and_not_the_run(tmp_path):
    frame = geopandas.GeoDataFrame({"id": ["Gebäude-1", "Gebäude-2", "b"]}, geometry=houses(3), crs=32616)
    frame.to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text("UTF-8")
    found, told = collected(str(tmp_path / "a.shp"))
    assert [footprint.identifier for footprint in found] == ["Geb\ufffdude-1", "Geb\ufffdude-2", "b"]
    assert told == ["footprints-letters"]


def test_a_filter_with_bars_reaches_to_its_end(tmp_path):
    path = written(tmp_path / "a.gpkg", houses(5), street=["Main|St"] * 5, number=range(5))
    found, _ = collected(f"{path}|layername=a|subset=street || ' ' || number = 'Main|St 3'")
    assert [footprint.identifier for footprint in found] == ["4"]


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
def test_a_layer_is_read_a_few_times_however_many_footprints_and_questions(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr("xview2_qgis.engine.vector.features._PAGE", 5)
    path = written(tmp_path / f"a.{suffix}", houses(60))
    opened = []
    for module, name in (
        (pyogrio, "read_info"), (pyogrio, "read_bounds"), (pyogrio, "list_layers"), (pyogrio.raw, "read"),
        (pyogrio.raw, "open_arrow"),
    ):  # fmt: skip
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, _f=original, _n=name, **k: (opened.append(_n), _f(*a, **k))[1])
    layer = open_footprints(path, silent())
    store, _ = layer.collect(GRID, tmp_path / "store", silent_run())
    assert sum(len(page) for page in store.pages()) == 60
    for shape in houses(60):
        assert len(store.near(window_of(shape))) == 1
    assert len(opened) <= 5


def window_of(shape):
    return from_bounds(*shape.buffer(-0.1).bounds, GRID.transform)


@pytest.mark.parametrize("suffix", ["shp", "geojsonl", "fgb", "gpkg"])
def test_a_file_that_breaks_off_is_refused(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    shapes = [shape for shape in houses(100) for _ in range(20)]
    geopandas.GeoDataFrame(geometry=shapes, crs=32616).to_crs(4326).to_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 + 7])
    with pytest.raises(InputError) as caught:
        collected(str(path))
    assert caught.value.code == "footprints-open"


def test_a_footprint_on_both_sides_of_the_antimeridian_is_one(tmp_path):
    # split as GeoJSON wants it: both boxes in which the layer is searched find it
    east, west = box(179.9998, -17.0002, 180, -17), box(-180, -17.0002, -179.9998, -17)
    centre = geopandas.GeoSeries([Point(180, -17.0001)], crs=4326).to_crs(3832)[0]
    grid = Grid(CRS.from_epsg(3832), Affine(0.5, 0, centre.x - 100, 0, -0.5, centre.y + 100), 400, 400, 0.5)
    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.MultiPolygon([east, west])], crs=4326).to_file(path)
    found, _ = collected(str(path), grid)
    assert len(found) == 1
