"""GeoParquet, read by DuckDB, and against the rules of version 1.1.0."""

import json
from collections import Counter

import duckdb
import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from tests.engine.publish.published_town import (
    PLACES,
    assert_discreet,
    assert_places,
    expected_counts,
    product,
    town,
)
from tests.engine.result_scene import write_result
from tests.engine.stored.stored_scenes import two_scenes
from xview2_qgis.engine.publish.parquet import writer


def query(path, what, source="{}"):
    found = duckdb.sql(f"SELECT {what} FROM {source.format(repr(str(path)))}")
    return pd.DataFrame(found.fetchall(), columns=found.columns)


def read(path):
    found = query(path, "*")
    outlines = [shapely.from_wkb(bytes(outline)) for outline in found["geometry"]]
    return geopandas.GeoDataFrame(found.drop(columns="geometry"), geometry=outlines, crs="OGC:CRS84")


def notes_of(path):
    found = query(path, "key, value", "parquet_kv_metadata({})")
    return {bytes(key).decode(): bytes(value).decode() for key, value in found.itertuples(index=False)}


def geo_of(path):
    return json.loads(notes_of(path)["geo"])


def stored_types(path):
    found = query(path, "name, type", "parquet_schema({})")
    return {row.name: row.type for row in found.itertuples(index=False)}


@pytest.mark.parametrize("place", PLACES)
def test_duckdb_reads_it(tmp_path, place):
    path, output = town(tmp_path, PLACES[place]), tmp_path / "out.parquet"
    assert product(path, "geoparquet", output).buildings == 14
    found = read(output)
    assert Counter(found["final_class"]) == expected_counts(path)
    assert_places(path, dict(zip(found["building_id"], found.geometry, strict=True)))


@pytest.mark.parametrize("place", PLACES)
def test_rules_of_the_standard(tmp_path, place):
    output = tmp_path / "out.parquet"
    product(town(tmp_path, PLACES[place]), "geoparquet", output)
    geo, table, types = geo_of(output), read(output), stored_types(output)
    assert set(geo) == {"version", "primary_column", "columns", "xview2"}
    assert (geo["version"], geo["primary_column"], list(geo["columns"])) == ("1.1.0", "geometry", ["geometry"])
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert types["geometry"] == "BYTE_ARRAY"
    outlines = table.geometry.to_numpy()
    assert set(column["geometry_types"]) == {outline.geom_type for outline in outlines}
    assert pyproj.CRS.from_json_dict(column["crs"]) == pyproj.CRS.from_user_input("OGC:CRS84")
    assert (column["edges"], column["orientation"]) == ("planar", "counterclockwise")
    for part in shapely.get_parts(outlines):
        assert part.exterior.is_ccw
        assert not any(hole.is_ccw for hole in part.interiors)
    corners = ["xmin", "ymin", "xmax", "ymax"]
    assert {name: column["covering"]["bbox"][name] for name in corners} == {name: ["bbox", name] for name in corners}
    assert {types[corner] for corner in corners} == {"DOUBLE"}
    boxes = np.array([[box[name] for name in corners] for box in table["bbox"]])
    assert np.array_equal(boxes, shapely.bounds(outlines))
    west, south, east, north = column["bbox"]
    assert -180 <= west <= 180
    assert -180 <= east <= 180
    assert (west > east) == (place in ("antimeridian", "beyond 180"))
    parts = shapely.bounds(shapely.get_parts(outlines))
    assert (south, north) == (boxes[:, 1].min(), boxes[:, 3].max())
    inside = (parts[:, 0] >= west) | (parts[:, 2] <= east) if west > east else (parts[:, 0] >= west)
    assert inside.all()


def test_values_of_hot_beside_ours(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.parquet"
    product(path, "geoparquet", output)
    found = read(output).set_index("building_id")
    words = {-1: "unknown", 0: "no-damage", 1: "minor-damage", 2: "major-damage", 3: "destroyed"}
    assert [words[value] for value in found["hot_damage_class"]] == list(found["final_class"])
    assert (found["hot_damage_class"] + 1 == found["final_damage"]).all()
    assert found["confidence"].isna().sum() == 3  # two that were not visible, one that a person set
    assert found["reviewed"].sum() == 1
    assert found["footprint_id"].dropna().tolist()[-1] == "büro ф 5"


def test_what_is_to_be_known(tmp_path):
    output = tmp_path / "out.parquet"
    product(town(tmp_path, PLACES["metres"]), "geoparquet", output)
    notes = notes_of(output)
    assert "not validated in the field" in json.loads(notes["geo"])["xview2"]["Validation"]
    assert_discreet(str(notes))


def test_row_groups_are_small_and_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "ROW_GROUP", 4)
    monkeypatch.setattr(writer, "_BATCH", 3)
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.parquet"
    product(path, "geoparquet", output)
    groups = query(output, "DISTINCT row_group_id, row_group_num_rows, compression", "parquet_metadata({})")
    assert sorted(groups.itertuples(index=False, name=None)) == [
        (0, 4, "ZSTD"), (1, 4, "ZSTD"), (2, 4, "ZSTD"), (3, 2, "ZSTD"),
    ]  # fmt: skip
    assert list(read(output)["building_id"]) == list(range(1, 15))


def test_several_scenes_and_none(tmp_path):
    product(two_scenes(tmp_path), "geoparquet", tmp_path / "two.parquet")
    assert list(read(tmp_path / "two.parquet")["scene"]) == ["town"] * 5 + ["hill"] * 2
    write_result(tmp_path / "empty.gpkg", [])
    product(tmp_path / "empty.gpkg", "geoparquet", tmp_path / "empty.parquet")
    assert len(read(tmp_path / "empty.parquet")) == 0
    assert "bbox" not in geo_of(tmp_path / "empty.parquet")["columns"]["geometry"]


def test_the_same_bytes_again(tmp_path):
    path = town(tmp_path, PLACES["metres"])
    for name in ("a.parquet", "b.parquet"):
        product(path, "geoparquet", tmp_path / name)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
