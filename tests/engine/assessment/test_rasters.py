"""The whole engine on rasters that used to be taken for something else: same buildings, or a word."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import geopandas
import numpy as np
import pytest
import rasterio

from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Result
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


@pytest.fixture
def pair(tmp_path):
    return draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)


def run(folder, model, pre, post, **more):
    recorder = Recorder()
    parameters = AssessmentParameters(
        *(image if isinstance(image, ImageOptions) else ImageOptions(image) for image in (pre, post)),
        output=folder / "damage.gpkg", model=model, report=folder / "damage.html", register=False, **more,
    )  # fmt: skip
    assess(Session.of(parameters), parameters, RunContext(recorder))
    with closing(sqlite3.connect(folder / "damage.gpkg")) as database:
        (images,) = database.execute("SELECT images FROM run").fetchone()
    found = geopandas.read_file(folder / "damage.gpkg", layer="damage")
    return found, recorder, json.loads(images), (folder / "damage.html").read_text(encoding="utf-8")


def blue_first(path, descriptions=()):
    """Write the bands in the order blue, green, red, infrared."""
    with rasterio.open(path) as file:
        red, green, blue = file.read()
        profile = {**file.profile, "count": 4, "photometric": "minisblack"}
    with rasterio.open(path, "w", **profile) as file:
        file.write(np.stack([blue, green, red, green]))
        for number, text in enumerate(descriptions, 1):
            file.set_band_description(number, text)
    return path


def test_bands_that_are_named_give_the_same_buildings(tmp_path, model, pair):
    named = [blue_first(path, ("Blue", "Green", "Red", "NIR")) for path in pair]
    found, recorder, images, report = run(tmp_path, model, *named)
    assert sorted(found.damage) == sorted(house.damage for house in HOUSES)
    assert recorder.warned == []
    assert recorder.of(Result)[0].post_bands == "3, 2, 1 (by names of the bands)"
    assert (images["pre"]["bands"], images["pre"]["bands_assumed"]) == ([3, 2, 1], False)
    assert "3, 2, 1 (by names of the bands)" in report


def test_bands_that_are_not_named_are_told_of_and_given(tmp_path, model, pair):
    guessed = [pair[0], blue_first(pair[1])]
    recorder, images, report = run(tmp_path, model, *guessed)[1:]
    assert recorder.warned.count("bands-assumed") == 1
    assert "--post-bands" in report
    assert (images["pre"]["bands_assumed"], images["post"]["bands_assumed"]) == (False, True)
    found, recorder, _, _ = run(tmp_path, model, guessed[0], ImageOptions(guessed[1], (3, 2, 1)), overwrite=True)
    assert sorted(found.damage) == sorted(house.damage for house in HOUSES)
    assert recorder.warned == []


@pytest.mark.parametrize("value", [1, 128, 254])
def test_a_collar_of_the_post_event_image_hides_and_destroys_nothing(tmp_path, model, pair, value):
    with rasterio.open(pair[1], "r+") as file:
        pixels = file.read()
        pixels[:, :, :160] = value
        file.write(pixels)
    found, recorder, images, report = run(tmp_path, model, *pair)
    edge = -200 * 0.5 + 160 * 0.5  # metres east of the centre
    wanted = sorted(0 if house.east < edge else house.damage for house in HOUSES)
    assert sorted(found.damage) == wanted
    assert recorder.warned == ["undeclared-fill"]
    assert images["post"]["undeclared_fill"] == [[value] * 3]
    assert "taken for areas without data" in report


def test_coarse_pixels_are_told_of_and_stand_in_the_report(tmp_path, model, pair):
    coarse = draw_houses(tmp_path / "coarse.tif", True, gsd=1.2, size=(170, 145))
    _, recorder, images, report = run(tmp_path, model, pair[0], coarse)
    assert recorder.warned.count("coarse-pixels") == 1
    assert images["post"]["pixel_size_m"] == pytest.approx([1.2, 1.2], rel=0.01)
    assert "1.2 m wide" in report
