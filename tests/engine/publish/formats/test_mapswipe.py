"""A project of MapSwipe against its published rules."""

import json

import geopandas
import pytest
import shapely

from tests.engine.publish.published_town import PLACES, assert_discreet, expected, product, town
from xview2_qgis.engine.publish.formats import mapswipe
from xview2_qgis.protocol.products import PublishOptions


def published(folder, place="metres", options=None):
    path, output = town(folder, PLACES[place]), folder / "mapswipe"
    output.mkdir()
    return path, output, product(path, "mapswipe", output, options)


@pytest.mark.parametrize("place", PLACES)
def test_outlines_are_simple(tmp_path, place):
    path, output, told = published(tmp_path, place)
    found = geopandas.read_file(output / "buildings.geojson")
    assert set(found.geometry.geom_type) == {"Polygon"}
    assert found.geometry.is_valid.all()
    assert not any(len(outline.interiors) for outline in found.geometry)
    assert shapely.total_bounds(found.geometry.to_numpy())[[0, 2]].max() <= 180
    assert len(found) == told.buildings
    known = expected(path)
    questions = known[known["review_class"].isna() & (known["final_class"] != "unknown")]
    assert set(found["building_id"]) == set(questions.index)
    assert told.left_out == 14 - len(questions)


def test_the_most_doubtful_come_first(tmp_path):
    path, output, _ = published(tmp_path)
    found = geopandas.read_file(output / "buildings.geojson")
    known = expected(path).loc[found["building_id"]]
    likely = known[["p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed"]].apply(sorted, axis=1)
    margins = [row[3] - row[2] for row in likely]
    assert margins == sorted(margins)
    assert found["doubt"].to_numpy() == pytest.approx([1 - margin for margin in margins], abs=1e-3)


def test_no_more_than_volunteers_manage(tmp_path, monkeypatch):
    everything = json.loads((published(tmp_path)[1] / "buildings.geojson").read_text("utf-8"))["features"]
    monkeypatch.setattr(mapswipe, "MOST_BUILDINGS", 3)
    (tmp_path / "few").mkdir()
    told = product(tmp_path / "town.gpkg", "mapswipe", tmp_path / "few")
    few = json.loads((tmp_path / "few" / "buildings.geojson").read_text("utf-8"))["features"]
    assert few == everything[:3]
    assert (told.buildings, told.left_out) == (3, 11)


def test_the_project(tmp_path):
    options = PublishOptions(imagery_url="https://tiles.example.org/{z}/{x}/{y}.png", organisation="Example Org")
    _, output, _ = published(tmp_path, options=options)
    project = json.loads((output / "project.json").read_text("utf-8"))
    assert project["projectType"] == "VALIDATE"
    assert len(project["lookFor"]) <= 15
    assert (project["topic"], project["region"]) == ("Örtüsü earthquake", "Islahiye, Turkey")
    details = project["projectTypeSpecifics"]["validate"]
    assert details["tileServerProperty"] == {
        "name": "CUSTOM", "custom": {"url": options.imagery_url, "credits": "© Vantor <2023>"},
    }  # fmt: skip
    values = [option["value"] for option in details["customOptions"]]
    assert values == sorted(set(values))
    for option in details["customOptions"]:
        assert set(option) == {"value", "title", "description", "icon", "iconColor", "subOptions"}
    assert "not validated in the field" in project["description"]
    assert_discreet("".join(file.read_text("utf-8") for file in output.iterdir()))
