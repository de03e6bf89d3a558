"""What is known of a pair before its run: by QGIS at once, by the engine in the background."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsRasterLayer

from xview2_qgis.assessment import pair_check
from xview2_qgis.assessment.pair_check import PairCheck
from xview2_qgis.engine_process.environment import EngineMissingError, find_engine


@pytest.fixture
def check(fake_engine, monkeypatch):
    monkeypatch.setattr(pair_check, "REST_MS", 20)
    made = []

    def check(engine=find_engine):
        made.append(PairCheck(engine))
        heard = []
        made[-1].known.connect(heard.append)
        return made[-1], heard

    yield check
    for one in made:
        one.stop()
        one.deleteLater()


def test_qgis_first_then_the_engine(check, layers, wait_until):
    pair, heard = check()
    pair.ask(*layers, ("", ""), "compact")
    [first] = heard
    assert not first.by_engine
    assert (first.pre.width, first.pre.height, first.pre.band_count, first.pre.bands) == (200, 200, 3, "1, 2, 3")
    assert first.pre.pixel_size_m == pytest.approx(0.5, rel=2e-3)  # the scale of UTM
    assert first.pair.overlap_m2 == pytest.approx(100 * 100, rel=2e-3)
    wait_until(lambda: len(heard) == 2)
    assert heard[1].by_engine
    assert (heard[1].pre.acquired, heard[1].pair.overlap_m2) == ("2023-02-01", 630000.0)
    # the same question is not asked twice
    pair.ask(*layers, ("", ""), "compact")
    assert heard[2] == heard[1]
    assert not pair.busy


def test_an_earlier_question_is_no_longer_answered(check, layers, wait_until):
    pair, heard = check()
    pair.ask(*layers, ("", ""), "compact")
    wait_until(lambda: pair._process is not None)
    pair.ask(layers[1], layers[0], ("", ""), "compact")
    wait_until(lambda: not pair.busy)
    assert [report.by_engine for report in heard] == [False, False, True]


def test_warnings_and_errors(check, layers, wait_until, monkeypatch):
    events = [
        {"event": "warning", "code": "dates-order", "message": "the pre-event image is newer"},
        {"event": "error", "code": "no-overlap", "message": "the images do not overlap", "hint": "look again"},
    ]
    monkeypatch.setenv("FAKE_ENGINE_FACTS", json.dumps(events))
    pair, heard = check()
    pair.ask(*layers, ("", ""), "compact")
    wait_until(lambda: not pair.busy)
    assert [warning.code for warning in heard[-1].warnings] == ["dates-order"]
    assert heard[-1].failure.startswith("The images do not overlap: ")


def test_without_an_engine_qgis_has_the_last_word(check, layers, wait_until):
    def none():
        raise EngineMissingError("none", "install it")

    pair, heard = check(none)
    pair.ask(*layers, ("", ""), "compact")
    wait_until(lambda: not pair.busy)
    assert len(heard) == 1


@pytest.mark.parametrize("typed", ["7,8,9", "red"])
def test_wrong_bands_are_told_at_once(check, layers, typed):
    pair, heard = check()
    pair.ask(*layers, (typed, ""), "compact")
    assert "are no three bands" in heard[0].failure
    assert not pair.busy


def test_one_image_alone(check, layers):
    pair, heard = check()
    pair.ask(None, layers[1], ("", ""), "compact")
    assert (heard[0].pre, heard[0].post.width, heard[0].pair) == (None, 200, None)
    assert not pair.busy


def test_images_in_degrees_and_without_a_crs(check, project, tmp_path, image_pair):
    from osgeo import gdal

    degrees = str(tmp_path / "degrees.tif")
    gdal.Warp(degrees, image_pair[0], dstSRS="EPSG:4326")
    nowhere = str(tmp_path / "nowhere.tif")
    gdal.Translate(nowhere, image_pair[0]).SetSpatialRef(None)
    pair, heard = check()
    warped = QgsRasterLayer(degrees, "degrees")
    pair.ask(warped, QgsRasterLayer(image_pair[1], "post"), ("", ""), "compact")
    assert heard[0].pre.pixel_size_m == pytest.approx(0.5, rel=0.1)
    assert heard[0].pair.overlap_m2 == pytest.approx(100 * 100, rel=0.02)
    pair.ask(QgsRasterLayer(nowhere, "nowhere"), QgsRasterLayer(image_pair[1], "post"), ("", ""), "compact")
    assert heard[1].pre.pixel_size_m is None
