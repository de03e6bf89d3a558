"""A result with reviews is replaced, and nothing that a person wrote or drew is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import geopandas
import pandas
import pyogrio
import pytest
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.drawn_rasters import CENTRE
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.protocol.events import Warned
from xview2_qgis.protocol.stored_result import foreign_tables, reviewed_buildings

REVIEW = ("review_class", "review_note", "reviewed_at", "reviewed_by")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


def review(path, house, crs, *texts):
    """Write a review as a person would: found by place."""
    frame = pyogrio.read_dataframe(path, layer="damage", fid_as_index=True)
    (row,) = frame[frame.intersects(house.polygon_in(crs).centroid)].index
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: None)
        database.execute(f"UPDATE damage SET {', '.join(f'{n} = ?' for n in REVIEW)} WHERE fid = ?", (*texts, int(row)))


def add_drawn(path, east, north, crs, **fields):
    x, y = CENTRE[0] + east, CENTRE[1] + north
    frame = geopandas.GeoDataFrame(
        {name: [value] for name, value in fields.items()}, geometry=[box(x, y, x + 8, y + 8)], crs="EPSG:32616"
    )
    frame.to_crs(crs).to_file(path, layer="damage", mode="a", engine="pyogrio")


def at(result, house):
    (mine,) = result[result.intersects(house.polygon.centroid)].itertuples()
    return mine


@pytest.mark.parametrize(
    "place",
    [{}, {"crs": "EPSG:4326"}, {"rotation": 15.0}, {"crs": "EPSG:32617", "gsd": 0.55}],
    ids=["same", "degrees", "rotated", "other-zone"],
)
def test_reviews_follow_their_buildings_into_any_crs(tmp_path, model, place):
    """The earlier result comes from another pre-event image, so it has another CRS."""
    post = draw_houses(tmp_path / "post.tif", True)
    earlier_crs = place.get("crs", "EPSG:32616")
    run(tmp_path, model, draw_houses(tmp_path / "first.tif", False, **place), post)
    path = tmp_path / "damage.gpkg"
    said = ("destroyed", "roof gone: “east” side", "2026-03-01T10:00:00Z", "jane")
    review(path, HOUSES[0], earlier_crs, *said)
    review(path, HOUSES[3], earlier_crs, "no-building", None, None, None)
    review(path, HOUSES[4], earlier_crs, None, "look again", None, None)
    add_drawn(path, 80, 60, earlier_crs, review_class="major-damage", reviewed_by="jo")
    assert reviewed_buildings(path) == 4

    events, pre = Recorder(), draw_houses(tmp_path / "pre.tif", False)
    result = in_metres(run(tmp_path, model, pre, post, events, overwrite=True, keep_reviews=True))
    assert "reviews-unmatched" not in events.warned
    assert len(result) == len(HOUSES) + 1
    first = at(result, HOUSES[0])
    assert tuple(getattr(first, name) for name in REVIEW) == said
    assert (first.damage_class, first.final_class, first.final_damage) == ("no-damage", "destroyed", 4)
    assert at(result, HOUSES[3]).final_class == "no-building"
    noted = at(result, HOUSES[4])
    assert (noted.review_note, noted.final_class) == ("look again", "no-damage")
    assert pandas.isna(noted.review_class)
    (drawn,) = result[result.building_id.isna()].itertuples()
    assert (drawn.review_class, drawn.final_class, drawn.reviewed_by) == ("major-damage", "major-damage", "jo")
    assert drawn.area_m2 == pytest.approx(64, rel=0.01)
    centre = drawn.geometry.centroid
    assert (centre.x - CENTRE[0], centre.y - CENTRE[1]) == pytest.approx((84, 64), abs=0.1)
    assert pandas.isna(at(result, HOUSES[1]).review_class)
    assert reviewed_buildings(path) == 4
    assert foreign_tables(path) == set()


def test_what_matches_nothing_is_kept_aside_told_and_matched_by_a_later_run(tmp_path, model):
    post = draw_houses(tmp_path / "post.tif", True)
    all_of_them, fewer = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "few.tif", False, HOUSES[:3])
    path = tmp_path / "damage.gpkg"
    run(tmp_path, model, all_of_them, post)
    for house in (HOUSES[1], HOUSES[5]):
        review(path, house, "EPSG:32616", "major-damage", "mine", None, "jo")
    events = Recorder()
    result = run(tmp_path, model, fewer, post, events, overwrite=True, keep_reviews=True, report=tmp_path / "r.html")
    assert len(result) == 3
    aside = geopandas.read_file(path, layer="unmatched_reviews")
    assert aside.geometry.item().intersects(HOUSES[5].polygon)
    assert aside[list(REVIEW)].iloc[0].tolist() == ["major-damage", "mine", None, "jo"]
    [told] = [event.message for event in events.of(Warned) if event.code == "reviews-unmatched"]
    assert told.startswith("1 of 2 reviews match no building")
    assert f"earlier buildings {int(aside.building_id.item())}" in told
    assert "1 of 2 reviews match no building" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert (reviewed_buildings(path), foreign_tables(path)) == (2, set())
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, fewer, post, overwrite=True)
    assert caught.value.code == "output-reviewed"

    again = in_metres(run(tmp_path, model, all_of_them, post, overwrite=True, keep_reviews=True))
    assert at(again, HOUSES[5]).review_note == "mine"
    assert at(again, HOUSES[1]).final_class == "major-damage"
    assert "unmatched_reviews" not in set(pyogrio.list_layers(path)[:, 0])


def test_a_drawn_building_that_the_model_now_finds_becomes_its_review(tmp_path, model):
    post = draw_houses(tmp_path / "post.tif", True)
    path = tmp_path / "damage.gpkg"
    run(tmp_path, model, draw_houses(tmp_path / "few.tif", False, HOUSES[:3]), post)
    add_drawn(path, HOUSES[3].east - 4, HOUSES[3].north - 4, "EPSG:32616", damage_class="minor-damage")
    pre = draw_houses(tmp_path / "pre.tif", False)
    result = in_metres(run(tmp_path, model, pre, post, overwrite=True, keep_reviews=True))
    assert len(result) == len(HOUSES)
    assert at(result, HOUSES[3]).final_class == "minor-damage"


def test_footprints_of_several_parts_take_drawn_buildings_too(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    run(tmp_path, model, *pair)
    add_drawn(tmp_path / "damage.gpkg", 80, 60, "EPSG:32616", review_class="destroyed")
    known = geopandas.GeoDataFrame({"id": [1]}, geometry=[HOUSES[0].polygon], crs="EPSG:32616")
    known.to_file(tmp_path / "known.gpkg")
    result = run(tmp_path, model, *pair, overwrite=True, keep_reviews=True, footprints=str(tmp_path / "known.gpkg"))
    assert set(result.geom_type) == {"MultiPolygon"}
    assert (result.building_id.isna() & (result.final_class == "destroyed")).sum() == 1


def test_without_an_earlier_result_or_reviews_it_is_an_ordinary_run(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    plain = run(tmp_path, model, *pair)
    again = run(tmp_path, model, *pair, overwrite=True, keep_reviews=True)
    assert again.equals(plain)
    (tmp_path / "damage.gpkg").unlink()
    assert run(tmp_path, model, *pair, keep_reviews=True).equals(plain)


def test_keeping_and_discarding_exclude_each_other(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, *pair, overwrite=True, keep_reviews=True, discard_reviews=True)
    assert (caught.value.code, caught.value.exit_code) == ("usage", 2)


def test_what_goes_wrong_meanwhile_leaves_the_reviews(tmp_path, model, monkeypatch):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    run(tmp_path, model, *pair)
    path = tmp_path / "damage.gpkg"
    review(path, HOUSES[0], "EPSG:32616", "destroyed", None, None, "jo")
    before = path.read_bytes()

    def fails(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("xview2_qgis.engine.reviews.carrier._write_reviews", fails)
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, *pair, overwrite=True, keep_reviews=True)
    assert caught.value.code == "output-write"
    assert path.read_bytes() == before
