"""A post-event image alone: buildings found on it or given, by a model that says how it does without the other."""

from __future__ import annotations

import json
import sqlite3

import geopandas
import pytest
import rasterio
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.bundle import registry
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Result, Started
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

#: With zeros in the place of pre the tiny model rates the brightness of post: as bright as before is far from black.
RATED = {1: 4, 2: 4, 3: 3, 4: 2}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return {
        given: str(write_tiny_bundle(folder / given, tile_size=128, overlap=32, changes={"missing_pre": given}))
        for given in ("post", "zeros")
    }


def run(tmp_path, model, post, events=None, **changes):
    image = post if isinstance(post, ImageOptions) else ImageOptions(post)
    parameters = AssessmentParameters(None, image, tmp_path / "damage.gpkg", model, **changes)
    assess(Session.of(parameters), parameters, RunContext(events or Recorder()))
    return geopandas.read_file(parameters.output, layer="damage")


def known(tmp_path, crs="EPSG:4326"):
    frame = geopandas.GeoDataFrame({"id": range(6)}, geometry=[h.polygon for h in HOUSES], crs="EPSG:32616")
    frame.to_crs(crs).to_file(tmp_path / "known.gpkg")
    return str(tmp_path / "known.gpkg")


@pytest.mark.parametrize(
    "place",
    [{}, {"rotation": 20.0}, {"crs": "EPSG:4326"}, {"crs": "EPSG:32617", "gsd": 0.7, "size": (290, 245)}],
    ids=["plain", "rotated", "degrees", "other-zone"],
)
def test_buildings_are_found_on_the_image_and_have_its_crs(tmp_path, models, place):
    # a damaged house of the third class is as red as the threshold
    houses = tuple(house for house in HOUSES if house.damage != 3)
    events, post = Recorder(), draw_houses(tmp_path / "post.tif", True, houses, **place)
    result = run(tmp_path, models["post"], post, events, damage_raster=tmp_path / "d.tif", report=tmp_path / "r.html")
    # red 255 and 191 are buildings; of the others too little is left to see
    standing = [house for house in houses if house.damage < 3]
    assert len(result) == len(standing)
    placed = in_metres(result)
    for house in standing:
        (mine,) = placed[placed.intersects(house.polygon.centroid)].itertuples()
        assert mine.geometry.intersection(house.polygon).area / mine.geometry.union(house.polygon).area > 0.8
        assert mine.damage == 1  # post against itself
        assert mine.valid_fraction == 1.0
    with rasterio.open(post) as image, rasterio.open(tmp_path / "d.tif") as raster:
        assert result.crs == image.crs
        assert (raster.crs, raster.transform, raster.shape) == (image.crs, image.transform, image.shape)

    assert "post-only" in events.warned
    [started], [done] = events.of(Started), events.of(Result)
    assert json.loads(started.encode())["pre"] is None
    assert (done.pre_bands, done.buildings) == ("", len(standing))
    with sqlite3.connect(tmp_path / "damage.gpkg") as file:
        ((pre, name, parameters, images),) = file.execute("select pre, post, parameters, images from run").fetchall()
        ((abstract,),) = file.execute("select description from gpkg_contents where table_name = 'damage'").fetchall()
    assert (pre, name) == (None, "post.tif")
    assert json.loads(parameters)["pre"] is None
    assert list(json.loads(images)) == ["post"]
    assert "post.tif (post-event image only)" in abstract
    report = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "from a post-event satellite image only" in report
    assert "from two images" not in report


def test_footprints_are_the_better_way(tmp_path, models):
    events, post = Recorder(), draw_houses(tmp_path / "post.tif", True)
    result = run(tmp_path, models["zeros"], post, events, footprints=known(tmp_path))
    assert result.sort_values("footprint_id").damage.tolist() == [RATED[house.damage] for house in HOUSES]
    assert "post-only" not in events.warned


def test_an_area_of_interest_and_holes(tmp_path, models):
    post = draw_houses(tmp_path / "post.tif", True, hole=lambda east, north: east > HOUSES[3].east - 10)
    area = box(*HOUSES[0].polygon.buffer(3).bounds).union(HOUSES[3].polygon)
    geopandas.GeoDataFrame(geometry=[area], crs="EPSG:32616").to_file(tmp_path / "aoi.gpkg")
    events = Recorder()
    result = run(tmp_path, models["zeros"], post, events, footprints=known(tmp_path), aoi=str(tmp_path / "aoi.gpkg"))
    assert result.footprint_id.tolist() == ["0"]
    assert "footprints-without-image" in events.warned


def test_what_is_hidden_shows_no_buildings_but_footprints_stay(tmp_path, models):
    post = draw_houses(tmp_path / "post.tif", True)
    clouds = [HOUSES[0].polygon.buffer(4), HOUSES[3].polygon.buffer(4)]
    geopandas.GeoDataFrame(geometry=clouds, crs="EPSG:32616").to_file(tmp_path / "clouds.gpkg")
    exclude = str(tmp_path / "clouds.gpkg")
    result = in_metres(run(tmp_path, models["post"], post, exclude=exclude))
    assert not result.intersects(HOUSES[0].polygon).any()
    assert len(result) == sum(house.damage < 3 for house in HOUSES) - 1
    given = run(tmp_path, models["zeros"], post, exclude=exclude, footprints=known(tmp_path), overwrite=True)
    rated = given.sort_values("footprint_id").damage.tolist()
    assert rated == [0 if index in (0, 3) else RATED[house.damage] for index, house in enumerate(HOUSES)]


def test_models_that_need_both_images_say_so_before_anything_runs(tmp_path, models, monkeypatch):
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    monkeypatch.setattr(registry, "embedded_folder", lambda: tmp_path / "none")  # those that come along need one only
    post, needy = draw_houses(tmp_path / "post.tif", True), str(write_tiny_bundle(tmp_path / "needy", name="needy"))
    events = Recorder()
    with pytest.raises(EngineError) as caught:
        run(tmp_path, needy, post, events)
    assert (caught.value.code, caught.value.exit_code) == ("model-needs-pre", 4)
    assert "model needy needs a pre-event image" in str(caught.value)
    assert "no installed model does without" in caught.value.hint
    assert not (tmp_path / "damage.gpkg").exists()
    assert {stage for stage, _, _ in events.steps} == {"prepare"}
    write_tiny_bundle(tmp_path / "installed" / "alone", name="alone", changes={"missing_pre": "post"})
    with pytest.raises(EngineError) as caught:
        run(tmp_path, needy, post)
    assert "alone" in caught.value.hint


def test_a_pair_is_rated_by_a_model_that_can_do_without_as_before(tmp_path, models):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    parameters = AssessmentParameters(*map(ImageOptions, pair), tmp_path / "damage.gpkg", models["zeros"])
    assess(Session.of(parameters), parameters, RunContext(Recorder()))
    result = geopandas.read_file(parameters.output, layer="damage")
    assert sorted(result.damage) == sorted(house.damage for house in HOUSES)
