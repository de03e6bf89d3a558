"""``xview2 report`` from end to end."""

import json
import re
from math import ceil, floor

import geopandas
import pytest
import shapely

from tests.engine.drawn_rasters import draw
from tests.engine.probability_scene import ORIGIN
from tests.engine.report.page_outline import PageOutline
from tests.engine.report.reported_town import change, tell, write_town
from tests.engine.stored.stored_scenes import two_scenes
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.stored_result import contents
from xview2_qgis.protocol.totals.totals_table import table_rows


@pytest.fixture
def result(tmp_path):
    return write_town(tmp_path / "town.gpkg")


def test_page_and_events(result, tmp_path, capsys):
    before, page = contents(result), tmp_path / "town.html"
    command = ["report", str(result), "--output", str(page)]
    assert main([*command, "--events", "json"]) == 0
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["event"], line["buildings"], line["counts"]["unknown"]) == ("result", 12, 1)
    assert PageOutline(page.read_text(encoding="utf-8")).values("data-key")["buildings"] == 12
    assert main(command) == 2
    assert "exists" in capsys.readouterr().err
    assert main([*command, "--overwrite"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"town.gpkg", "town.html"}
    assert contents(result) == before


def test_the_same_result_gives_the_same_bytes(result, tmp_path):
    for name in ("a.html", "b.html"):
        assert main(["report", str(result), "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_ranges_are_those_of_the_totals(result, tmp_path):
    assert main(["sample", str(result), "--size", "8", "--seed", "3"]) == 0
    page = tmp_path / "town.html"
    assert main(["report", str(result), "--output", str(page)]) == 0
    assert PageOutline(page.read_text(encoding="utf-8")).shown("data-interval") == {}
    change(
        result,
        "UPDATE damage SET review_class = damage_class WHERE building_id IN (SELECT building_id FROM review_sample)",
    )
    assert main(["report", str(result), "--output", str(page), "--overwrite"]) == 0
    outline = PageOutline(page.read_text(encoding="utf-8"))
    shown = outline.shown("data-interval")
    rows = {row.name: row for row in table_rows(StoredResult(result).totals())}
    assert {"destroyed", "minor-damage", "damaged"} <= shown.keys()
    for name, text in shown.items():
        low, high = floor(rows[name].low + 1e-6), ceil(rows[name].high - 1e-6)
        assert text == (f"{low}" if low == high else f"{low}–{high}")
    assert "People checked 8 buildings of a random sample." in outline.words


def test_zones_of_the_user(result, tmp_path):
    east, north = ORIGIN
    halves = [shapely.box(east, north - 90, east + 50, north), shapely.box(east + 50, north - 90, east + 110, north)]
    zones = geopandas.GeoDataFrame(
        {"name": ["West <b>", "East"]}, geometry=halves, crs=StoredResult(result).crs.to_wkt()
    )
    zones.to_crs(4326).to_file(tmp_path / "zones.gpkg")
    page = tmp_path / "town.html"
    assert main(["report", str(result), "--output", str(page), "--zones", str(tmp_path / "zones.gpkg")]) == 0
    text = page.read_text(encoding="utf-8")
    outline = PageOutline(text)
    assert outline.values("data-zone") == {"West <b>": 6, "East": 6}
    assert "<b>" not in re.sub(r"<b[ >].*?</b>", "", text)
    assert "All zones together" in outline.words


def test_an_image_that_cannot_be_used_is_told_in_one_line(result, tmp_path, capsys):
    page = str(tmp_path / "a.html")
    away = draw(tmp_path / "away.tif", offset=(50_000.0, 0.0))
    for post, code in ((str(away), 3), (str(tmp_path / "no.tif"), 3)):
        assert main(["report", str(result), "--output", page, "--post", post]) == code
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.count("\n") == 1
    assert not (tmp_path / "a.html").exists()
    assert main(["report", str(away), "--output", page]) == 3
    assert main(["report", str(result), "--output", str(tmp_path / "a.pdf")]) == 2
    assert main(["report", str(result), "--output", page, "--zones", str(tmp_path / "no.gpkg")]) == 3
    capsys.readouterr()
    # an image of the run that is broken meanwhile is no reason to have no report
    (tmp_path / "post.tif").write_bytes(b"II*\0nothing")
    assert main(["report", str(result), "--output", page]) == 0
    assert "the image of the run is not on the map" in capsys.readouterr().err


def test_a_merged_result_names_its_scenes(tmp_path):
    merged, page = two_scenes(tmp_path), tmp_path / "a.html"
    assert main(["report", str(merged), "--output", str(page)]) == 0
    outline = PageOutline(page.read_text(encoding="utf-8"))
    assert outline.values("data-key")["buildings"] == 7
    assert "a pre-event and a post-event satellite image · 2 scenes" in outline.words
    assert "town pre.tif post.tif" in outline.words
    assert "hill pre.tif other.tif" in outline.words


def test_an_older_result_has_a_report(result, tmp_path):
    for column in ("shift", "warnings", "model_card", "event_name", "not_visible_m2", "run_id"):
        tell(result, **{column: None})
    page = tmp_path / "a.html"
    assert main(["report", str(result), "--output", str(page)]) == 0
    PageOutline(page.read_text(encoding="utf-8"))


def test_from_right_to_left(result, tmp_path):
    page = tmp_path / "a.html"
    assert main(["report", str(result), "--output", str(page), "--language", "ar"]) == 0
    (html,) = PageOutline(page.read_text(encoding="utf-8")).all("html")
    # as long as there is no translation, the page is English
    assert (html["lang"], html["dir"]) in (("ar", "rtl"), ("en", "ltr"))
