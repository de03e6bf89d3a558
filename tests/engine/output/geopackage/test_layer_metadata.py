"""Metadata of the layers, read by GDAL and as XML."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import RUN, given_to, one_of_each
from xview2_qgis.engine.output.geopackage.writer import GeoPackageWriter
from xview2_qgis.engine.output.writer import Outcome
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts

FACTS = SceneFacts(
    EventFacts(
        "Quake", "earthquake", "2023-02-06", "EQ-2023-000015-TUR", "Antakya", "Türkiye", "Jane <maps@example.org>"
    ),
    ImageFacts(source="Example", acquired="2023-01-20", licence="CC BY 4.0"),
    ImageFacts("Maxar", "WorldView-3", "2023-02-07T08:16:09Z", 0.34, 21.4, "CC BY-NC 4.0", "© 2023 Maxar"),
)


@pytest.fixture
def metadata(tmp_path):
    def metadata(facts):
        path = tmp_path / "out.gpkg"
        writer = GeoPackageWriter(path, UTM)
        area = MultiPolygon([box(*ORIGIN, ORIGIN[0] + 200, ORIGIN[1] + 100)])
        writer.finish(Outcome(given_to(writer, one_of_each()), replace(RUN, facts=facts), area, UTM, 0.0))
        with closing(sqlite3.connect(path)) as database:
            texts = database.execute(
                "SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id "
                "WHERE table_name = 'damage'"
            ).fetchall()
        [(text,)] = texts
        return ElementTree.fromstring(text)

    return metadata


def test_terms_of_iso_19115(metadata):
    root = metadata(FACTS)
    assert root.findtext("title") == "Building damage: Quake, Antakya"
    assert root.findtext("abstract").startswith(
        "Quake, earthquake, 2023-02-06, Antakya, Türkiye, GLIDE EQ-2023-000015-TUR. 5 buildings"
    )
    assert [element.text for element in root.findall("rights")] == ["Example", "© 2023 Maxar"]
    assert root.findtext("license").startswith("CC BY-NC-SA 4.0")
    assert (root.findtext("contact/name"), root.findtext("contact/email")) == ("Jane", "maps@example.org")
    lineage = [element.text for element in root.findall("history")]
    assert lineage[0] == "Pre-event image: pre.tif, Example, 2023-01-20, CC BY 4.0."
    assert lineage[1] == (
        "Post-event image: post.tif, Maxar, WorldView-3, 2023-02-07T08:16:09Z, 0.34 m, 21.4° off nadir, CC BY-NC 4.0."
    )
    assert "model tiny" in lineage[2]
    spatial = root.find("extent/spatial")
    assert spatial.get("crs") == f"EPSG:{UTM.to_epsg()}"
    bounds = [float(spatial.get(name)) for name in ("minx", "miny", "maxx", "maxy")]
    assert bounds == pytest.approx([*ORIGIN, ORIGIN[0] + 200, ORIGIN[1] + 100], abs=1e-3)
    assert root.findtext("extent/temporal/period/start") == "2023-01-20T00:00:00Z"
    assert root.findtext("extent/temporal/period/end") == "2023-02-07T08:16:09Z"


def test_what_is_not_known_is_not_said(metadata):
    root = metadata(SceneFacts())
    assert root.findtext("title") == "Building damage: post"
    assert root.find("contact") is None
    assert root.findall("rights") == []
    assert root.find("extent/temporal") is None
    assert root.findtext("history") == "Pre-event image: pre.tif."
