import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import shapely
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import RUN, given_to, one_of_each, square, write_result
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.output.geopackage.writer import GeoPackageWriter
from xview2_qgis.engine.staging.staged_file import StagedFile
from xview2_qgis.protocol.schema import CLASS_NAMES, Damage

CONTRACT = {
    "building_id": "INTEGER", "damage": "MEDIUMINT", "damage_class": "TEXT", "confidence": "REAL",
    "p_no_damage": "REAL", "p_minor_damage": "REAL", "p_major_damage": "REAL", "p_destroyed": "REAL",
    "area_m2": "REAL",
    "valid_fraction": "REAL", "source": "TEXT", "footprint_id": "TEXT", "review_class": "TEXT", "review_note": "TEXT",
    "reviewed_at": "TEXT", "reviewed_by": "TEXT", "final_damage": "MEDIUMINT", "final_class": "TEXT",
    "adapted_class": "TEXT", "adapted_confidence": "REAL",
}  # fmt: skip


def rows(path, sql):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


@pytest.mark.parametrize("count", [0, 5])
def test_layers_and_fields_are_those_of_the_contract(tmp_path, count):
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each()[:count])
    columns = {name: kind for _, name, kind, *_ in rows(path, "PRAGMA table_info(damage)")}
    assert list(columns) == ["fid", "geom", *CONTRACT]
    assert {name: columns[name] for name in CONTRACT} == CONTRACT
    contents = dict(rows(path, "SELECT table_name, data_type FROM gpkg_contents"))
    assert contents == {
        "damage": "features", "assessed_area": "features", "run": "attributes", "layer_styles": "attributes",
    }  # fmt: skip
    assert rows(path, "SELECT count(*) FROM damage") == [(count,)]
    assert rows(path, "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = 'damage'") == [
        ("POLYGON",)
    ]
    assert rows(
        path, "SELECT 1 FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND table_name = 'damage'"
    )
    assert rows(path, "PRAGMA user_version") == [(10200,)]
    assert rows(path, "PRAGMA journal_mode") != [("wal",)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert [p.name for p in tmp_path.iterdir()] == ["out.gpkg"]


def test_values_arrive(tmp_path):
    path = tmp_path / "out.gpkg"
    summary = write_result(path, one_of_each())
    frame = pyogrio.read_dataframe(path, layer="damage")
    assert frame["building_id"].tolist() == [1, 2, 3, 4, 5]
    assert frame["damage"].tolist() == [0, 1, 2, 3, 4]
    assert frame["damage_class"].tolist() == [CLASS_NAMES[damage] for damage in Damage]
    assert frame["final_damage"].tolist() == frame["damage"].tolist()
    assert frame["final_class"].tolist() == frame["damage_class"].tolist()
    shares = frame[["p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed"]].to_numpy()
    assert np.isnan(shares[0]).all()
    assert shares[1:].sum(axis=1) == pytest.approx(1)
    assert rows(path, "SELECT confidence, p_destroyed, typeof(p_destroyed) FROM damage WHERE damage = 0") == [
        (None, None, "null")
    ]
    assert frame["confidence"].tolist()[1:] == [0.7] * 4
    assert frame["area_m2"].tolist() == pytest.approx([100.0] * 5, rel=1e-3)
    assert frame["source"].tolist() == ["model"] * 5
    assert frame[["footprint_id", "review_class", "review_note", "reviewed_at", "reviewed_by"]].isna().all(axis=None)
    assert frame.crs.to_epsg() == 32616
    assert all(a.equals(b.geometry) for a, b in zip(frame.geometry, one_of_each(), strict=True))
    assert summary.named_counts == {name: 1 for name in CLASS_NAMES.values()}
    assert summary.area_m2 == pytest.approx(frame["area_m2"].sum())


def test_output_in_degrees_has_the_same_areas_and_places(tmp_path):
    write_result(tmp_path / "metres.gpkg", one_of_each())
    write_result(tmp_path / "degrees.gpkg", one_of_each(), CRS.from_epsg(4326))
    metres, degrees = (pyogrio.read_dataframe(tmp_path / f"{n}.gpkg", layer="damage") for n in ("metres", "degrees"))
    assert degrees.crs.to_epsg() == 4326
    assert degrees["area_m2"].to_numpy() == pytest.approx(metres["area_m2"].to_numpy(), rel=1e-6)
    # geopandas transforms with PROJ by itself
    back = degrees.to_crs(32616).geometry
    assert back.distance(metres.geometry).max() == 0
    assert back.hausdorff_distance(metres.geometry).max() < 1e-3


def test_batches_go_on_counting_and_footprints_keep_their_outline(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.output.building_batch._SIZE", 4)
    wgs84 = CRS.from_epsg(4326)
    parts = MultiPolygon([box(-86, 27, -85.9999, 27.0001), box(-85.9998, 27, -85.9997, 27.0001)])
    given = Building(parts, wgs84, square(0, 0).vote, Source.FOOTPRINT, "w7")
    path = tmp_path / "out.gpkg"
    write_result(path, [square(20 * i, 0) for i in range(10)] + [given], wgs84, multipart=True)
    frame = pyogrio.read_dataframe(path, layer="damage")
    assert frame["building_id"].tolist() == list(range(1, 12))
    assert frame.geometry.iloc[-1].equals_exact(parts)
    assert frame[["source", "footprint_id"]].iloc[-1].tolist() == ["footprint", "w7"]
    assert set(frame.geom_type) == {"MultiPolygon"}


def test_run_and_assessed_area(tmp_path):
    path = tmp_path / "out.gpkg"
    x, y = ORIGIN
    area = MultiPolygon([box(x, y - 3000, x + 2000, y) - box(x + 500, y - 900, x + 700, y - 700)])
    write_result(path, [], area=area)
    frame = pyogrio.read_dataframe(path, layer="assessed_area")
    assert frame.geometry[0].symmetric_difference(area).area < 1e-3
    assert frame["area_m2"][0] == pytest.approx(area.area, rel=1e-3)
    (run,) = pyogrio.read_dataframe(path, layer="run").to_dict("records")
    assert {name: None if value != value else value for name, value in run.items()} == RUN.columns()
    assert {"model_id", "model_checksum", "model_licence", "device", "provider", "precision", "seconds"} <= set(run)
    assert json.loads(run["parameters"]) == {"device": "cpu"}
    assert "gdal" in json.loads(run["versions"])


def test_styles_stand_where_qgis_looks_for_them(tmp_path):
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each())
    sql = "SELECT f_table_catalog, f_table_schema, f_table_name, f_geometry_column, useAsDefault FROM layer_styles"
    assert rows(path, sql) == [
        ("", "", "damage", "geom", 1), ("", "", "damage", "geom", 0), ("", "", "assessed_area", "geom", 1),
    ]  # fmt: skip


def test_gdal_reads_the_metadata_of_the_layers(tmp_path):
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each())
    for layer, title in (
        ("damage", "Building damage: post"),
        ("assessed_area", "Building damage: post (assessed area)"),
    ):
        known = pyogrio.read_info(path, layer=layer)["layer_metadata"]
        (text,) = (value for key, value in known.items() if key.startswith("GPKG_METADATA_ITEM"))
        root = ElementTree.fromstring(text)
        assert (root.findtext("title"), root.findtext("license")) == (
            title,
            f"{RUN.model_licence} (not for commercial use)",
        )
        assert root.findtext("abstract") == known["DESCRIPTION"]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_an_interrupted_run_leaves_the_earlier_result(tmp_path):
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each())
    before = path.read_bytes()
    with pytest.raises(KeyError), StagedFile(path) as staged:  # noqa: PT012
        given_to(GeoPackageWriter(staged.part, UTM), [square(0, 0)])
        raise KeyError
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out.gpkg"]
    write_result(path, [])
    assert rows(path, "SELECT count(*) FROM damage") == [(0,)]


FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.engine.result_scene import square, write_result
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
from xview2_qgis.engine.errors import RuntimeFailure
try:
    write_result(Path(sys.argv[1]), [square(i, 0) for i in range(6000)])
except RuntimeFailure as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a thing of POSIX")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "out.gpkg"], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False,
    )  # fmt: skip
    assert run.stdout.strip() == "output-write", run.stderr
    assert list(tmp_path.iterdir()) == []


def test_gdal_finds_the_geometries_by_place(tmp_path):
    path = tmp_path / "out.gpkg"
    write_result(path, one_of_each())
    target = one_of_each()[3].geometry
    found = pyogrio.read_dataframe(path, layer="damage", bbox=shapely.buffer(target, -1).bounds)
    assert found["damage"].tolist() == [3]
