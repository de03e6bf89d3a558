"""Files for OpenStreetMap, read by GDAL's reader of OSM, and against the rules of its database."""

import json
from collections import Counter
from xml.etree import ElementTree

import geopandas
import pyogrio
import pytest
import shapely
from shapely.geometry import Point, shape

from tests.engine.publish.published_town import (
    PLACES,
    assert_discreet,
    assert_places,
    expected,
    expected_counts,
    product,
    town,
)
from xview2_qgis.engine.publish.osm_review.josm_file import JosmSpool
from xview2_qgis.engine.publish.osm_review.tags import EventTags, osm_object
from xview2_qgis.engine.stored.run import StoredRun
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts

KEY = "damage:ortusu_earthquake_2023"
WORDS = {"no-damage": "none", "minor-damage": "minimal", "major-damage": "significant", "destroyed": "complete"}


def published(folder, place="metres"):
    path, output = town(folder, PLACES[place]), folder / "osm"
    output.mkdir()
    return path, output, product(path, "osm", output)


def tags_of(element):
    return {tag.get("k"): tag.get("v") for tag in element.findall("tag")}


@pytest.mark.parametrize("place", PLACES)
def test_gdal_reads_the_same_places(tmp_path, place):
    path, output, told = published(tmp_path, place)
    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": "NO"})  # ids below zero
    try:
        found = geopandas.read_file(output / "buildings.osm", layer="multipolygons")
    finally:
        pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": None})
    assert set(found["building"]) == {"yes"}
    assert len(found) == told.buildings == 12
    assert told.left_out == 2
    known = expected(path)
    visible = set(known[known["final_class"] != "unknown"].index)
    numbers = found["other_tags"].str.extract(r'"xview2:building_id"=>"(\d+)"')[0].astype(int)
    assert set(numbers) == visible
    if place not in ("antimeridian", "beyond 180"):
        outlines = dict(zip(numbers, found.geometry, strict=True))
        outlines |= {number: shape_of(path, number) for number in set(known.index) - visible}
        assert_places(path, outlines)


def shape_of(path, number):
    return expected(path).to_crs(4326).geometry[number]


@pytest.mark.parametrize("place", PLACES)
def test_tasks_of_maproulette(tmp_path, place):
    path, output, _ = published(tmp_path, place)
    lines = (output / "maproulette.geojson").read_text("utf-8").removesuffix("\n").split("\n")
    assert all(line[0] == "\x1e" for line in lines)
    tasks = [json.loads(line[1:]) for line in lines]
    assert [(task["type"], len(task["features"])) for task in tasks] == [("FeatureCollection", 1)] * 12
    features = [task["features"][0] for task in tasks]
    counts = Counter(feature["properties"][KEY] for feature in features)
    known = expected_counts(path)
    assert counts == {word: known[ours] for ours, word in WORDS.items()}
    outlines = {int(one["properties"]["xview2:building_id"]): shape(one["geometry"]) for one in features}
    everything = dict(expected(path).geometry)
    assert outlines.keys() == set(everything) - {13, 14}
    for outline in outlines.values():
        assert outline.is_valid
        assert all(part.exterior.is_ccw for part in shapely.get_parts(outline))
    assert [one["properties"].get("@id") for one in features][:3] == ["way/5", "way/123", None]


def test_tags(tmp_path):
    _, output, _ = published(tmp_path)
    root = ElementTree.parse(output / "buildings.osm").getroot()
    found = {tags["xview2:building_id"]: tags for one in root if (tags := tags_of(one)).get("building")}
    assert found["1"] == {
        "building": "yes", KEY: "none", f"{KEY}:assessment": "2023-02", f"{KEY}:event": "EQ-2023-000015-TUR",
        f"source:{KEY}": "Vantor & Co; WV-3; 2023-02-07", "xview2:building_id": "1", "xview2:footprint_id": "way/5",
        "xview2:osm_object": "way/5", "fixme": found["1"]["fixme"],
    }  # fmt: skip
    assert "compare with the imagery" in found["1"]["fixme"]
    assert found["5"][KEY] == "complete"
    assert "xview2:osm_object" not in found["3"]
    assert max(len(value) for tags in found.values() for value in tags.values()) <= 255


def test_nothing_can_be_uploaded(tmp_path):
    _, output, _ = published(tmp_path)
    text = (output / "buildings.osm").read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert (root.get("version"), root.get("upload")) == ("0.6", "never")
    assert "to be reviewed" in text.split("<osm")[0]
    ids = [int(element.get("id")) for element in root]
    assert max(ids) < 0
    assert len(set(ids)) == len(ids)
    assert {element.get("action") for element in root} == {"modify"}
    assert [element.tag for element in root] == sorted(
        (element.tag for element in root), key=["node", "way", "relation"].index
    )
    readme = (output / "README.txt").read_text("utf-8")
    assert "JOSM refuses to upload" in readme
    assert_discreet(text + readme + (output / "maproulette.geojson").read_text("utf-8"))


def test_ways_are_closed_and_of_two_thousand_nodes_at_most(tmp_path):
    spool = JosmSpool(tmp_path)
    spool.add([(Point(10, 20).buffer(0.01, quad_segs=1500), {"building": "yes"})])
    spool.write(tmp_path / "large.osm")
    root = ElementTree.parse(tmp_path / "large.osm").getroot()
    ways = [[node.get("ref") for node in way.findall("nd")] for way in root.findall("way")]
    assert max(map(len, ways)) <= 2000
    assert [way[-1] for way in ways] == [way[0] for way in (*ways[1:], ways[0])]
    (relation,) = root.findall("relation")
    assert tags_of(relation) == {"type": "multipolygon", "building": "yes"}
    assert sum(len(way) - 1 for way in ways) == 6000


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("w123", "way/123"), ("way/5", "way/5"), ("Relation 7", "relation/7"), ("r9", "relation/9"), ("n4", "node/4"),
        ("123", None), ("way/0", None), ("w12a", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_objects_of_openstreetmap(text, known):
    assert osm_object(text) == known


def test_an_event_of_which_little_is_known():
    run = StoredRun(
        started_at="2026-02-03T04:05:06+00:00",
        facts=SceneFacts(EventFacts(name="Землетрус", glide="EQ-2023-000015-TUR"), ImageFacts(), ImageFacts()),
    )
    tags = EventTags.of_run(run)
    assert (tags.event, tags.month, tags.imagery) == ("eq_2023_000015_tur", "2026-02", "satellite imagery")
