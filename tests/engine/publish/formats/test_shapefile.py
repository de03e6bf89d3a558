"""Shapefiles, read by GDAL from the archive."""

import zipfile
from collections import Counter
from xml.etree import ElementTree

import geopandas
import pytest
from rasterio.crs import CRS

from tests.engine.publish.published_town import (
    PLACES,
    assert_discreet,
    assert_places,
    expected,
    expected_counts,
    product,
    town,
)
from tests.engine.result_scene import write_result
from tests.engine.stored.stored_scenes import two_scenes
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.publish.content.lonlat_outlines import lonlat_outlines
from xview2_qgis.engine.publish.shapefiles import writer
from xview2_qgis.engine.publish.shapefiles.fields import shapefile_fields

NAME = "ortusu_earthquake_2023_buildings"


@pytest.mark.parametrize("place", PLACES)
def test_gdal_reads_it(tmp_path, place):
    path, output = town(tmp_path, PLACES[place]), tmp_path / "out.zip"
    assert product(path, "shapefile", output).layers == (NAME,)
    found = geopandas.read_file(output)
    assert Counter(found["final_cls"]) == expected_counts(path)
    known = expected(path)
    assert found.crs.equals(known.crs, ignore_axis_order=True)
    assert found.geometry.is_valid.all()
    for number, outline in zip(found["bldg_id"], found.geometry, strict=True):
        assert outline.symmetric_difference(known.geometry[number]).area < 1e-9 * known.geometry[number].area + 1e-12
    placed = lonlat_outlines(found.geometry.to_numpy(), CRS.from_wkt(found.crs.to_wkt()))
    assert_places(path, dict(zip(found["bldg_id"], placed.outlines, strict=True)))


def test_values(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.zip"
    product(path, "shapefile", output)
    found = geopandas.read_file(output).set_index("bldg_id")
    assert found["footpr_id"][6] == "büro ф 5"
    assert tuple(found.loc[5, ["final_cls", "final_dmg", "class", "damage", "conf", "reviewed", "rev_date"]]) == (
        "destroyed", 4, "minor-damage", 2, -1, 1, "2026-02-04",
    )  # fmt: skip
    assert found["conf"][1] == pytest.approx(0.7)
    assert found["p_none"][14] == -1
    known = expected(path)
    assert found["area_m2"].to_numpy() == pytest.approx(known["area_m2"].to_numpy(), abs=0.06)


def test_names_have_ten_letters(tmp_path):
    names = [field.name for field in shapefile_fields(merged=True)]
    assert max(map(len, names)) <= 10
    assert len({name.lower() for name in names}) == len(names)
    output = tmp_path / "out.zip"
    product(two_scenes(tmp_path), "shapefile", output)
    found = geopandas.read_file(output)
    assert list(found.columns) == [*names, "geometry"]
    assert list(found["scene"]) == ["town"] * 5 + ["hill"] * 2


def test_files_of_the_archive(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.zip"
    product(path, "shapefile", output)
    with zipfile.ZipFile(output) as archive:
        assert archive.testzip() is None
        files = {name.removeprefix(NAME): archive.read(name) for name in archive.namelist()}
    assert set(files) == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml", ".sld", "README.txt"}
    assert files[".cpg"].strip() == b"UTF-8"
    text = files["README.txt"].decode("utf-8")
    assert "not validated in the field" in text
    for field in shapefile_fields(merged=False):
        assert field.name in text
    assert_discreet(text)
    ElementTree.fromstring(files[".qml"])
    rules = ElementTree.fromstring(files[".sld"]).iter("{http://www.opengis.net/ogc}Literal")
    assert sorted(rule.text for rule in rules) == sorted(
        ["destroyed", "major-damage", "minor-damage", "no-damage", "unknown"]
    )


def test_more_than_two_gigabytes(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "LARGEST_FILE", 500)
    with pytest.raises(InputError) as caught:
        product(town(tmp_path, PLACES["metres"]), "shapefile", tmp_path / "out.zip")
    assert caught.value.code == "publish-too-large"
    assert not list(tmp_path.glob("out*"))


def test_no_buildings(tmp_path):
    write_result(tmp_path / "empty.gpkg", [])
    product(tmp_path / "empty.gpkg", "shapefile", tmp_path / "out.zip")
    assert len(geopandas.read_file(tmp_path / "out.zip")) == 0


def test_the_same_bytes_again(tmp_path):
    path = town(tmp_path, PLACES["metres"])
    for name in ("a.zip", "b.zip"):
        product(path, "shapefile", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
