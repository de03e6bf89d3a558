from dataclasses import replace

import pytest

from tests.engine.result_scene import RUN, one_of_each
from xview2_qgis.engine.output.run_description import moment, run_abstract, run_title
from xview2_qgis.engine.output.summary import Summary


@pytest.mark.parametrize(
    ("image", "title"),
    [
        ("post.tif", "Building damage: post"),
        ("mexico_beach_2018-10-13.tif", "Building damage: mexico beach 2018-10-13"),
        ("town.gpkg", "Building damage: town"),
        (".tif", "Building damage: .tif"),
    ],
)
def test_the_title_is_the_name_of_the_image(image, title):
    assert run_title(replace(RUN, post=image)) == title


def test_the_abstract_says_what_was_found_from_what_and_with_what():
    summary = Summary()
    for building in one_of_each():
        summary.add(building, 10.0)
    text = run_abstract(RUN, summary)
    for fact in ("5 buildings", "destroyed 1", "pre.tif", "post.tif", "tiny", "2026-02-03 04:05 UTC", "not verified"):
        assert fact in text


def test_what_is_no_moment_stays_as_it_is():
    assert moment("yesterday") == "yesterday"
