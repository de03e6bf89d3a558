"""The description beside an image says when it was taken, and is no more than a file of a stranger."""

from __future__ import annotations

import json

import pytest

from tests.engine.drawn_rasters import draw
from xview2_qgis.engine.imagery.files_beside import descriptions
from xview2_qgis.engine.raster.opening import open_source

MOMENT = "2023-02-12T08:31:05Z"


def item(**changes):
    """A STAC item as version 1.0.0 of the specification has it, with one asset."""
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": "town", "geometry": None, "links": [],
        "properties": {"datetime": MOMENT}, "assets": {"visual": {"href": "./town.tif?sig=1"}}, **changes,
    }  # fmt: skip


def item_moment(image):
    """The moment in the description of an image, and the name of its file; None where there is none."""
    return next(((said.moment, said.origin) for said in descriptions(image) if said.moment), None)


@pytest.fixture
def image(tmp_path):
    return draw(tmp_path / "town.tif", size=(32, 32))


@pytest.mark.parametrize(
    "name", ["town.json", "town.tif.json", "town.geojson", "town.stac.json", "town_metadata.json", "item.json"]
)
def test_files_that_describe_an_image(image, tmp_path, name):
    (tmp_path / name).write_text(json.dumps(item()), encoding="utf-8")
    assert item_moment(str(image)) == (MOMENT, name)
    with open_source(str(image)) as source:
        assert str(source.acquired) == f"2023-02-12 08:31 ({name})"


@pytest.mark.parametrize(
    "properties",
    [{"datetime": None, "start_datetime": MOMENT, "end_datetime": "2023-02-13T00:00:00Z"}, {"acquired": MOMENT}],
)
def test_other_names_of_the_moment(image, tmp_path, properties):
    (tmp_path / "town.json").write_text(json.dumps(item(properties=properties)), encoding="utf-8")
    assert item_moment(str(image)) == (MOMENT, "town.json")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.json", json.dumps(item(assets={"visual": {"href": "elsewhere/other.tif"}}))),
        ("other.json", json.dumps(item(assets={}))),
        ("town.json", json.dumps(item(type="FeatureCollection"))),
        ("town.json", json.dumps(item(properties={"datetime": 20230212}))),
        ("town.json", json.dumps(item(properties=None))),
        ("other.json", json.dumps(item(assets=[1]))),
        ("town.json", "[" * 100_000),
        ("town.json", '"text"'),
        ("town.json", "{"),
        ("town.json", json.dumps(item(notes="x" * 2**20))),
    ],
)
def test_what_describes_no_image_is_no_description(image, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert item_moment(str(image)) is None


def test_bytes_that_are_no_text(image, tmp_path):
    (tmp_path / "town.json").write_bytes(b"\xff\xfe\x00{")
    assert item_moment(str(image)) is None


def test_addresses_have_nothing_beside_them():
    assert item_moment("/vsicurl/https://example.org/town.tif") is None
