"""Clouds and smoke: buildings there are unknown, the area is listed as not visible, all else stays as it is."""

from __future__ import annotations

import sqlite3

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.drawn_rasters import CENTRE
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.engine.inference.ensemble import Ensemble
from xview2_qgis.protocol.events import Result


def around(house, margin=2.0):
    west, south, east, north = house.polygon.bounds
    return box(west - margin, south - margin, east + margin, north + margin)


def exclude(tmp_path, shapes, crs="EPSG:4326"):
    path = tmp_path / "clouds.gpkg"
    geopandas.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs="EPSG:32616").to_crs(crs).to_file(path)
    return str(path)


def classes(result):
    return {
        index: result[result.intersects(house.polygon.centroid)].damage.item() for index, house in enumerate(HOUSES)
    }


@pytest.mark.parametrize(
    "place",
    [{}, {"rotation": 20.0}, {"crs": "EPSG:4326"}, {"gsd": 0.4, "size": (500, 425), "crs": "EPSG:32617"}],
    ids=["same", "rotated", "degrees", "other-zone"],
)
def test_buildings_under_clouds_are_unknown(tmp_path, model, place):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True, **place)
    events, clouds = Recorder(), exclude(tmp_path, [around(HOUSES[1]), around(HOUSES[3])])
    result = in_metres(
        run(tmp_path, model, pre, post, events, exclude=clouds, damage_raster=tmp_path / "d.tif",
            report=tmp_path / "r.html")
    )  # fmt: skip
    assert classes(result) == {i: 0 if i in (1, 3) else house.damage for i, house in enumerate(HOUSES)}
    hidden = result[result.damage == 0]
    assert hidden.damage_class.tolist() == ["unknown"] * 2
    assert hidden[["confidence", "p_no_damage", "p_destroyed"]].isna().all(axis=None)
    assert hidden.valid_fraction.tolist() == [0.0, 0.0]

    expected = sum(around(HOUSES[i]).area for i in (1, 3))
    listed = geopandas.read_file(tmp_path / "damage.gpkg", layer="not_visible")
    assert listed.area_m2.item() == pytest.approx(expected, rel=5e-3)
    assessed = geopandas.read_file(tmp_path / "damage.gpkg", layer="assessed_area")
    assert assessed.to_crs(32616).intersection(listed.to_crs(32616).geometry.item()).area.sum() < 0.05 * expected
    with sqlite3.connect(tmp_path / "damage.gpkg") as file:
        ((area, parameters),) = file.execute("select not_visible_m2, parameters from run").fetchall()
        (style,) = file.execute("select count(*) from layer_styles where f_table_name = 'not_visible'").fetchone()
    assert area == pytest.approx(listed.area_m2.item(), abs=0.1)
    assert '"exclude": "clouds.gpkg"' in parameters
    assert style == 1
    report = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "not visible, not assessed" in report
    assert "were left out as not visible" in report
    [done] = events.of(Result)
    assert done.layers == ["damage", "assessed_area", "not_visible"]
    with rasterio.open(tmp_path / "d.tif") as raster:
        x, y = HOUSES[1].polygon.centroid.coords[0]
        assert next(raster.sample([(x, y)])).item() == 255
        x, y = HOUSES[2].polygon.centroid.coords[0]
        assert next(raster.sample([(x, y)])).item() == HOUSES[2].damage


def test_a_building_is_rated_by_what_is_seen_of_it_unless_most_is_hidden(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    house = HOUSES[2]
    west, south, _, north = house.polygon.bounds
    for share, expected in ((0.4, house.damage), (0.6, 0)):
        cloud = box(west - 5, south - 5, west + share * house.width, north + 5)
        result = in_metres(run(tmp_path, model, *pair, exclude=exclude(tmp_path, [cloud]), overwrite=True))
        mine = result[result.intersects(house.polygon.centroid)]
        assert mine.damage.item() == expected
        assert mine.valid_fraction.item() == pytest.approx(1 - share, abs=0.06)


def test_footprints_under_clouds_are_unknown_and_stay(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    known = geopandas.GeoDataFrame({"id": range(6)}, geometry=[h.polygon for h in HOUSES], crs="EPSG:32616")
    known.to_crs(4326).to_file(tmp_path / "known.gpkg")
    clouds = exclude(tmp_path, [around(HOUSES[0]), around(HOUSES[5])], "EPSG:3857")
    result = run(tmp_path, model, *pair, exclude=clouds, footprints=str(tmp_path / "known.gpkg"))
    assert result.source.tolist() == ["footprint"] * 6
    assert result.damage.tolist() == [0, 2, 3, 4, 1, 0]


def test_what_excludes_nothing_changes_nothing(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    plain = run(tmp_path, model, *pair)
    events, far = Recorder(), box(CENTRE[0] + 5000, CENTRE[1], CENTRE[0] + 5100, CENTRE[1] + 100)
    result = run(tmp_path, model, *pair, events, exclude=exclude(tmp_path, [far]), overwrite=True)
    assert "exclude-outside" in events.warned
    assert result.equals(plain)
    assert geopandas.list_layers(tmp_path / "damage.gpkg").name.tolist()[:2] == ["damage", "assessed_area"]


def test_all_excluded_is_refused_before_the_first_tile(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    events = Recorder()
    everything = box(CENTRE[0] - 900, CENTRE[1] - 900, CENTRE[0] + 900, CENTRE[1] + 900)
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, *pair, events, exclude=exclude(tmp_path, [everything]))
    assert (caught.value.code, caught.value.exit_code) == ("exclude-all", 3)
    assert "infer" not in {stage for stage, _, _ in events.steps}
    assert not (tmp_path / "damage.gpkg").exists()


def test_networks_that_rate_damage_are_spared_where_a_whole_tile_is_hidden(tmp_path, monkeypatch):
    model = str(write_tiny_bundle(tmp_path / "tiny", tile_size=128, overlap=32, kind="separate"))
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    west = box(CENTRE[0] - 200, CENTRE[1] - 200, CENTRE[0] + 10, CENTRE[1] + 200)
    calls = []
    mean = Ensemble.mean

    def counted(self, images):
        calls.append(sorted({session.network.role for session in self.sessions}))
        return mean(self, images)

    monkeypatch.setattr(Ensemble, "mean", counted)
    plain = run(tmp_path, model, *pair, batch_size=1)
    rated = calls.count(["damage"])
    calls.clear()
    result = in_metres(run(tmp_path, model, *pair, batch_size=1, exclude=exclude(tmp_path, [west]), overwrite=True))
    assert 0 < calls.count(["damage"]) < rated
    # found all the same, by the pre-event image
    assert len(result) == len(plain) == len(HOUSES)
    assert classes(result) == {i: 0 if house.east < 10 else house.damage for i, house in enumerate(HOUSES)}
    assert np.isclose(result.geometry.area.sum(), in_metres(plain).geometry.area.sum())
