"""Event and imagery of a run: given ones first, then those beside the images, stored once and readable for others."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import geopandas
import pyogrio
import pytest
import rasterio

from tests.engine.assessment.runs import run
from tests.engine.drawn_houses import draw_houses
from tests.engine.imagery.vendor_files import BOMB, IMD, STAC
from xview2_qgis.engine.errors import InputError
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts

EVENT = {
    "event": {"name": "Drawn quake", "type": "earthquake", "date": "2023-02-06", "contact": "Maps, maps@example.org"},
    "post": {"credit": "© Example", "off_nadir_deg": 0},
}


@pytest.fixture
def pair(tmp_path):
    images = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    (tmp_path / "pre.json").write_text(json.dumps(STAC))
    (tmp_path / "pre.xml").write_text(BOMB)
    (tmp_path / "post.IMD").write_text(IMD)
    return images


def stored(path):
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return dict(database.execute("SELECT * FROM run").fetchone())


def test_what_is_given_and_what_is_found_stand_in_the_table_run(tmp_path, model, pair):
    (tmp_path / "event.json").write_text(json.dumps(EVENT))
    run(tmp_path, model, *pair, event=str(tmp_path / "event.json"), damage_raster=tmp_path / "damage.tif")
    row = stored(tmp_path / "damage.gpkg")
    assert SceneFacts.from_columns(row) == SceneFacts(
        EventFacts("Drawn quake", "earthquake", "2023-02-06", contact="Maps, maps@example.org"),
        ImageFacts("Maxar Technologies", "WorldView-2", "2023-02-07T08:16:09Z", 0.53, 27.1, "CC-BY-NC-4.0"),
        ImageFacts("Maxar (Vantor)", "WorldView-3", "2023-02-07T08:16:09Z", 0.342, 0.0, credit="© Example"),
    )
    assert row["event_glide"] is None
    assert isinstance(row["post_off_nadir_deg"], float)
    assert "event" not in json.loads(row["parameters"])
    frame = geopandas.GeoDataFrame(pyogrio.read_dataframe(tmp_path / "damage.gpkg", layer="run"))
    assert frame["event_name"].tolist() == ["Drawn quake"]
    with rasterio.open(tmp_path / "damage.tif") as raster:
        tags = raster.tags()
    assert (tags["EVENT_NAME"], tags["POST_SENSOR"]) == ("Drawn quake", "WorldView-3")
    assert tags["TIFFTAG_COPYRIGHT"] == "Maxar Technologies; © Example"


def test_without_facts_the_columns_are_there_and_empty(tmp_path, model):
    pair = draw_houses(tmp_path / "a.tif", False), draw_houses(tmp_path / "b.tif", True)
    run(tmp_path, model, *pair)
    row = stored(tmp_path / "damage.gpkg")
    facts = SceneFacts.from_columns(row)
    assert facts.event == EventFacts()
    assert (facts.pre, facts.post) == (ImageFacts(gsd_m=0.5), ImageFacts(gsd_m=0.5))
    assert {"event_contact", "pre_licence", "post_credit"} <= set(row)


def test_a_file_that_is_wrong_ends_the_run_before_it_begins(tmp_path, model, pair):
    with pytest.raises(InputError, match="GLIDE") as error:
        run(tmp_path, model, *pair, event='{"event": {"glide": "EQ"}}')
    assert error.value.code == "event-file"
    assert not (tmp_path / "damage.gpkg").exists()
