"""Zones of stored results, from file to file."""

import csv
import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import geopandas
import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon

from tests.engine.adaptation.reviewed_scene import edited
from tests.engine.probability_scene import UTM
from tests.engine.recorder import Recorder
from tests.engine.result_scene import square, write_result
from tests.engine.zones.zone_scene import place, write_layer, zone_set
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.engine.zones.counting import count_zones
from xview2_qgis.engine.zones.kinds.grid import grid_zones
from xview2_qgis.engine.zones.kinds.polygons import read_zones
from xview2_qgis.engine.zones.product import ZoneFiles, write_zones
from xview2_qgis.protocol.schema import Damage

AREA = MultiPolygon([place(0, 0, 200, 100)])
#: Ten buildings in a row, 20 m apart: two of each class, unknown first.
BUILDINGS = [square(5 + 20 * number, 20, damage=Damage(number % 5)) for number in range(10)]
LEFT, RIGHT, FAR = place(0, 0, 100, 100), place(100, 0, 200, 100), place(5000, 0, 100, 100)


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, BUILDINGS, area=AREA)
    return path


def counted(result, shapes, recorder=None):
    context = RunContext(recorder or Recorder())
    return count_zones(StoredResult(result), None, lambda seen, plane: zone_set(shapes), context)


def test_counts_areas_and_shares(result):
    found = counted(result, [LEFT, RIGHT, FAR])
    left, right, far = found.rows
    assert left.counts == right.counts == (1, 1, 1, 1, 1)
    assert left.share_destroyed == 0.25
    assert left.share_major_or_worse == 0.5
    assert left.areas_m2[0] == pytest.approx(100, rel=1e-3)
    assert [row.share_seen for row in found.rows] == [1.0, pytest.approx(0.5, rel=1e-6), 0.0]
    assert [row.observed for row in found.rows] == ["assessed", "partly-assessed", "not-observed"]
    assert far.silent
    assert found.outside.buildings == 0
    assert found.whole.counts == found.together.counts == (2, 2, 2, 2, 2)


def test_what_lies_in_no_zone_is_counted_and_told(result):
    recorder = Recorder()
    found = counted(result, [FAR], recorder)
    assert found.outside.counts == (2, 2, 2, 2, 2)
    assert recorder.warned == ["zones-outside"]


def test_reviews_count_and_what_is_no_building_does_not(result):
    with closing(edited(result)) as database, database:
        database.execute("UPDATE damage SET review_class = 'no-building' WHERE building_id = 2")
        database.execute("UPDATE damage SET review_class = 'destroyed' WHERE building_id = 3")
    found = counted(result, [LEFT, RIGHT])
    assert found.rows[0].counts == (0, 0, 1, 2, 1)
    assert found.whole.buildings == 9


boxes = st.lists(
    st.builds(place, st.integers(-50, 190), st.integers(-50, 60), st.integers(5, 300), st.integers(5, 150)), max_size=6
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(boxes)
def test_sums_are_those_of_the_layer_whatever_the_zones(result, shapes):
    found = counted(result, shapes)
    layer = geopandas.read_file(result, layer="damage")
    rows = [*found.rows, found.outside]
    assert sum(row.buildings for row in rows) == len(layer) == found.whole.buildings
    assert sum(sum(row.areas_m2) for row in rows) == pytest.approx(layer["area_m2"].sum())
    for place_, name in enumerate(("no-damage", "minor-damage", "major-damage", "destroyed", "unknown")):
        assert sum(row.counts[place_] for row in rows) == (layer["final_class"] == name).sum()


def test_a_building_that_somebody_drew_far_away_is_in_its_zone(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, [*BUILDINGS, square(5050, 20, damage=Damage.DESTROYED)], area=AREA)
    found = counted(path, [LEFT, FAR])
    assert found.rows[1].counts == (0, 0, 0, 1, 0)
    assert found.rows[1].observed == "not-observed"
    assert not found.rows[1].silent


def written(result, tmp_path, name, make=None, language="en", **files):
    outputs = ZoneFiles(tmp_path / name, **files)
    make = make or (lambda seen, plane: zone_set([LEFT, RIGHT, FAR], names=["Left", "=Right", "Far"]))
    return write_zones(result, make, outputs, [str(result)], Wording(language), RunContext(Recorder()))


def test_the_geopackage(result, tmp_path):
    written(result, tmp_path, "zones.gpkg")
    path = tmp_path / "zones.gpkg"
    layer = geopandas.read_file(path, layer="zones")
    assert layer.crs.to_epsg() == UTM.to_epsg()
    assert layer["name"].tolist() == ["Left", "=Right", "Far"]
    assert layer["destroyed"].tolist()[:2] == [1, 1]
    assert np.isnan(layer["buildings"].tolist()[2])
    assert layer["observed"].tolist() == ["assessed", "partly-assessed", "not-observed"]
    assert layer["share_destroyed"].tolist()[0] == 0.25
    assert layer.geometry[0].equals(LEFT)
    assert layer["range_remark"].unique().tolist() == ["no-sample"]
    totals = geopandas.read_file(path, layer="zone_totals").set_index("row")
    assert totals.loc["whole-result", "buildings"] == 10
    assert totals.loc["outside", "buildings"] == 0
    run = geopandas.read_file(path, layer="run")
    assert run["model_id"].tolist() == ["tiny"]
    assert "parameters" not in run
    with closing(sqlite3.connect(path)) as database:
        styles = database.execute("SELECT styleName, useAsDefault FROM layer_styles").fetchall()
        assert styles == [("Major damage or worse", 1), ("Destroyed", 0)]
        [style] = database.execute("SELECT styleQML FROM layer_styles WHERE useAsDefault").fetchone()
        # the name of a zone is a text, whatever stands in a file of somebody else
        tip = ElementTree.fromstring(style).findtext("mapTip")
        assert """replace("name", '&', '&amp;'), '<', '&lt;')""" in tip
        assert database.execute("SELECT count(*) FROM gpkg_extensions WHERE table_name = 'zones'").fetchone() == (1,)


def test_an_earlier_product_is_replaced_and_nothing_else(result, tmp_path):
    written(result, tmp_path, "zones.gpkg")
    with pytest.raises(UsageError) as error:
        written(result, tmp_path, "zones.gpkg")
    assert error.value.code == "output-exists"
    written(result, tmp_path, "zones.gpkg", overwrite=True)
    foreign = geopandas.GeoDataFrame({"a": [1]}, geometry=[LEFT], crs=UTM.to_wkt())
    foreign.to_file(tmp_path / "zones.gpkg", layer="mine", mode="a")
    with pytest.raises(UsageError) as error:
        written(result, tmp_path, "zones.gpkg", overwrite=True)
    assert error.value.code == "output-foreign"
    with pytest.raises(UsageError) as error:
        written(result, tmp_path, "result.gpkg", overwrite=True)
    assert error.value.code == "output-is-input"


def test_the_same_input_gives_the_same_bytes(result, tmp_path):
    for name in ("a.csv", "b.csv", "a.xlsx", "b.xlsx"):
        written(result, tmp_path, name)
    for ending in ("csv", "xlsx"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_csv_and_workbook_say_the_same(result, tmp_path):
    written(result, tmp_path, "zones.csv", table=tmp_path / "zones.xlsx")
    with (tmp_path / "zones.csv").open(newline="", encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file))
    assert [row["Zone"] for row in table] == [
        "Left", "'=Right", "Far", "All zones together", "Outside all zones", "Whole result",
    ]  # fmt: skip
    assert table[2]["Observed"] == "not observed"
    assert table[2]["Buildings"] == ""
    assert table[-1]["Buildings"] == "10"
    book = openpyxl.load_workbook(tmp_path / "zones.xlsx")
    sheet = book["Zones"]
    table[1]["Zone"] = "=Right"  # a workbook tells texts from formulas, CSV does not
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert head == list(table[0])
    for line, expected in zip(rows, table, strict=True):
        assert ["" if value is None else str(value) for value in line] == pytest.approx(list(expected.values())) or all(
            (value is None and text == "") or str(value) == text or float(value) == pytest.approx(float(text))
            for value, text in zip(line, expected.values(), strict=True)
        )
    assert sheet["A3"].data_type == "s"  # =Right is a text
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "B2"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Validation"].startswith("Not validated in the field")
    assert "post.tif" in about["Post-event image"]
    assert "CC BY-NC-SA 4.0 (not for commercial use)" in about["Model"]
    assert str(tmp_path) not in str(about)


def test_a_grid_of_a_result(result, tmp_path):
    found = written(result, tmp_path, "grid.gpkg", lambda seen, plane: grid_zones(50, seen, plane))
    assert len(found.rows) == 8
    assert found.outside.buildings == 0
    assert all(row.observed == "assessed" for row in found.rows)
    layer = geopandas.read_file(tmp_path / "grid.gpkg", layer="zones")
    points = geopandas.read_file(result, layer="damage")
    points = points.set_geometry(points.geometry.representative_point())
    joined = geopandas.sjoin(points, layer[["geometry"]], predicate="within")
    expected = joined.groupby("index_right").size().reindex(layer.index, fill_value=0)
    # geopandas counts no point on a border, we count each once, in one of the cells that touch there
    touched = geopandas.sjoin(points, layer[["geometry"]], predicate="intersects")
    most = touched.groupby("index_right").size().reindex(layer.index, fill_value=0)
    assert (layer["buildings"] >= expected).all()
    assert (layer["buildings"] <= most).all()
    assert layer["buildings"].sum() == touched.index.nunique() == 10


def test_zones_of_another_crs_count_the_same(result, tmp_path):
    here = geopandas.GeoSeries([LEFT, RIGHT], crs=UTM.to_wkt())
    plain = counted(result, [LEFT, RIGHT])
    for crs in ("EPSG:4326", "EPSG:3857", "EPSG:32617"):
        path = write_layer(tmp_path / f"{crs[5:]}.gpkg", here.to_crs(crs), crs=crs, name=["a", "b"])
        context = RunContext(Recorder())
        found = count_zones(
            StoredResult(result),
            None,
            lambda seen, plane, path=path, context=context: read_zones(path, None, context),
            context,
        )
        assert [row.counts for row in found.rows] == [row.counts for row in plain.rows]
        assert [row.share_seen for row in found.rows] == pytest.approx([row.share_seen for row in plain.rows], abs=1e-4)
