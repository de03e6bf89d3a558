"""CSV, read by pandas and as a spreadsheet sees it."""

import csv

import pandas as pd
import pytest
import shapely

from tests.engine.publish.published_town import (
    PLACES,
    assert_discreet,
    expected,
    expected_counts,
    product,
    town,
)
from tests.engine.stored.stored_scenes import two_scenes
from xview2_qgis.engine.publish.tables.safe_cell import safe_cell


@pytest.mark.parametrize("place", PLACES)
def test_points_lie_inside(tmp_path, place):
    path, output = town(tmp_path, PLACES[place]), tmp_path / "out.csv"
    published = product(path, "csv", output)
    found = pd.read_csv(output, index_col="building_id")
    assert published.buildings == len(found) == 14
    assert found["final_class"].value_counts().to_dict() == dict(expected_counts(path))
    assert {word: count for word, count in published.counts.items() if count} == dict(expected_counts(path))
    known = expected(path)
    for number, row in found.iterrows():
        (here,) = pd.Series(shapely.points([[row["longitude"], row["latitude"]]])).tolist()
        outline = known.geometry[number]
        back = _back(known.crs, here, outline)
        assert outline.buffer(outline.length / 1000).contains(back)
        assert row["area_m2"] == pytest.approx(known["area_m2"][number], abs=0.06)


def _back(crs, point, outline):
    import pyproj

    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(point.x, point.y)
    if crs.is_geographic and outline.bounds[2] > 180 and x < 0:
        x += 360
    return shapely.Point(x, y)


def test_reviews_count_and_are_told(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.csv"
    product(path, "csv", output)
    found = pd.read_csv(output, index_col="building_id")
    assert tuple(found.loc[5, ["final_class", "model_class", "reviewed", "reviewed_on"]]) == (
        "destroyed", "minor-damage", "yes", "2026-02-04",
    )  # fmt: skip
    assert pd.isna(found.loc[5, "confidence"])
    assert found.loc[1, "confidence"] == pytest.approx(0.7)
    assert found.loc[14, ["final_class", "confidence"]].fillna("").tolist() == ["unknown", ""]
    assert found["event"].unique().tolist() == ["Örtüsü earthquake"]
    assert found["validation"].str.contains("not validated in the field").all()
    assert_discreet(output.read_text("utf-8"))


def test_no_cell_is_a_formula(tmp_path):
    path, output = town(tmp_path, PLACES["beyond 180"]), tmp_path / "out.csv"
    product(path, "csv", output)
    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for cell in (cell for row in rows for cell in row.values()):
        assert not cell.startswith(("=", "+", "@"))
        if cell.startswith("-"):
            float(cell)  # a longitude is a number
    assert {row["footprint_id"] for row in rows} >= {"'=1+2", "'+alert", "w123"}


def test_several_scenes(tmp_path):
    path, output = two_scenes(tmp_path), tmp_path / "out.csv"
    product(path, "csv", output)
    found = pd.read_csv(output)
    assert list(found["scene"]) == ["town"] * 5 + ["hill"] * 2
    assert list(found["building_id"]) == [1, 2, 3, 4, 5, 1, 2]


def test_the_same_bytes_again(tmp_path):
    path = town(tmp_path, PLACES["metres"])
    product(path, "csv", tmp_path / "a.csv")
    product(path, "csv", tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize("text", ["-1042", "+12", "-3.5", "8FVC9G8F+6W", "way/5", ""])
def test_ids_by_which_other_tables_are_joined_stay_as_they_are(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", ["-1042+cmd", "=1", "@a", "-", "+1\n", "-1;2"])
def test_what_is_more_than_a_number_is_none(text):
    assert safe_cell(text) == f"'{text}"
