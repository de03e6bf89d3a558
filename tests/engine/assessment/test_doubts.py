"""The whole engine on pairs whose result needs a second look: the warning comes, and stands in the report."""

from __future__ import annotations

import re

import pytest
import rasterio

from tests.engine.drawn_houses import House, draw_houses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Progress, Warned
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


def row_of_houses(*damages):
    return tuple(House(-80 + 14 * index, 0, 8, 8, damage) for index, damage in enumerate(damages))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


def order_word(event):
    """What the order of events is checked by: code of a warning, stage of progress, name of the others."""
    return event.code if isinstance(event, Warned) else event.stage if isinstance(event, Progress) else event.name


def run(folder, model, pre, post):
    recorder = Recorder()
    parameters = AssessmentParameters(
        ImageOptions(pre), ImageOptions(post), folder / "damage.gpkg", model, register=False,
        report=folder / "damage.html",
    )  # fmt: skip
    assess(Session.of(parameters), parameters, RunContext(recorder))
    codes = [
        code for code in recorder.warned if code in ("one-class", "nothing-found", "mostly-unknown", "dates-order")
    ]
    report = (folder / "damage.html").read_text(encoding="utf-8")
    return codes, [order_word(event) for event in recorder.events], report


@pytest.mark.parametrize(
    ("houses", "hole", "code", "words"),
    [
        (row_of_houses(*[1] * 11), None, "one-class", "All 11 buildings have the class “no damage”: check that"),
        ((), None, "nothing-found", "No building was found on 0.03 km²: check that"),
        # the post-event image ends west of most houses
        (row_of_houses(1, 2, 3, 4, 1, 2, 3, 4), lambda u, v: u > -50, "mostly-unknown", "5 of 8 buildings are unknown"),
    ],
)
def test_a_striking_result(tmp_path, model, houses, hole, code, words):
    pair = draw_houses(tmp_path / "a.tif", False, houses), draw_houses(tmp_path / "b.tif", True, houses, hole=hole)
    codes, told, report = run(tmp_path, model, *pair)
    assert codes == [code]
    assert told.index(code) < told.index("result")
    assert words in report
    assert report.index(words) < report.index("Buildings by class")


def test_an_ordinary_result(tmp_path, model):
    houses = row_of_houses(*[1] * 10, 4)
    pair = draw_houses(tmp_path / "a.tif", False, houses), draw_houses(tmp_path / "b.tif", True, houses)
    codes, _, report = run(tmp_path, model, *pair)
    assert codes == []
    assert "Check this result" not in report


def test_dates_in_the_wrong_order_are_told_before_the_first_tile(tmp_path, model):
    houses = row_of_houses(*[1, 4] * 5)
    pre = draw_houses(tmp_path / "pre.tif", False, houses)
    post = draw_houses(tmp_path / "town_2023-02-05.tif", True, houses)
    with rasterio.open(pre, "r+") as file:
        file.update_tags(TIFFTAG_DATETIME="2023:02:07 08:30:00")
    codes, told, report = run(tmp_path, model, pre, post)
    assert codes == ["dates-order"]
    assert told.index("dates-order") < told.index("infer")
    [sentence] = re.findall("The pre-event image is dated [^<]*", report)
    assert sentence == (
        "The pre-event image is dated 2023-02-07 08:30 (TIFFTAG_DATETIME), later than the post-event image, "
        "2023-02-05 (file name): check whether the two images are exchanged."
    )
