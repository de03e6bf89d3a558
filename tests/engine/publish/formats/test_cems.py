"""The grading package, read by pyogrio, geopandas and openpyxl against the published structure."""

import re
import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import geopandas
import openpyxl
import pyogrio
import pytest
from pyproj import Geod
from rasterio.crs import CRS

from tests.engine.publish.published_scenes import context, reviewed_town, town
from tests.engine.stored.stored_scenes import two_scenes
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.engine.publish.formats.cems.package import write_package
from xview2_qgis.engine.stored.result import StoredResult

#: Written down from the packages of 2026 and the online manual, not from the code.
FIELDS = {
    "areaOfInterestA": ["name", "emsr_id", "aoi_id", "country", "glide_no", "prod_type"],
    "imageFootprintA": ["obj_type", "or_src_id"],
    "notAnalysedA": ["obj_type", "notation", "or_src_id"],
    "observedEventA": ["event_type", "obj_desc", "det_method", "notation", "dmg_src_id"],
    "builtUpA": [
        "obj_type", "name", "info", "simplified", "damage_gra", "det_method", "notation", "or_src_id", "dmg_src_id",
        "cd_value", "real",
    ],
    "source": ["source_nam", "src_date", "source_tm", "sensor_gsd", "eventphase", "src_id"],
}  # fmt: skip
OFFICIAL = {"activation": "emsr884", "area_number": 12, "product_version": 2}


def written(path, folder, **options):
    folder.mkdir()
    published = write_package(StoredResult(path), folder, context(**options))
    [package] = folder.glob("*.gpkg")
    return published, package


def layer(package, name):
    return pyogrio.read_dataframe(package, layer=name)


def test_layers_and_fields(tmp_path):
    _, package = written(town(tmp_path), tmp_path / "out", **OFFICIAL)
    assert package.name == "EMSR884_AOI12_GRA_PRODUCT_v2.gpkg"
    kinds = dict(pyogrio.list_layers(package))
    assert set(kinds) == {*(f"{name}_v2" for name in (*FIELDS, "summaryTable")), "layer_styles"}
    assert {name for name, kind in kinds.items() if kind == "MultiPolygon"} == {
        f"{name}_v2" for name in FIELDS if name.endswith("A")
    }
    for name, fields in FIELDS.items():
        info = pyogrio.read_info(package, layer=f"{name}_v2")
        assert info["fields"].tolist() == fields
        assert info["crs"] == (None if name == "source" else "EPSG:4326")
    assert sorted(path.name for path in package.parent.iterdir()) == [
        "EMSR884_AOI12_GRA_PRODUCT_areaOfInterestA_v2.sld", "EMSR884_AOI12_GRA_PRODUCT_builtUpA_v2.sld",
        "EMSR884_AOI12_GRA_PRODUCT_imageFootprintA_v2.sld", "EMSR884_AOI12_GRA_PRODUCT_notAnalysedA_v2.sld",
        "EMSR884_AOI12_GRA_PRODUCT_summaryTable_v2.xlsx", "EMSR884_AOI12_GRA_PRODUCT_v2.gpkg",
    ]  # fmt: skip


def test_grades_methods_and_sources(tmp_path):
    published, package = written(reviewed_town(tmp_path), tmp_path / "out", low_confidence=0.75)
    built_up = layer(package, "builtUpA_v1")
    assert built_up["damage_gra"].tolist() == [
        "Not Analysed", "Not Analysed", "Destroyed", "No visible damage", "Possibly damaged", "Possibly damaged",
        "Possibly damaged", "Possibly damaged", "Possibly damaged",
    ]  # fmt: skip
    assert published.buildings == len(built_up) == 9
    assert published.counts == {
        "Destroyed": 1, "Damaged": 0, "Possibly damaged": 5, "No visible damage": 1, "Not Analysed": 2,
    }  # fmt: skip
    assert set(built_up["det_method"]) == {
        "Automatic extraction", "Semi-automatic extraction", "Photo-interpretation",
    }  # fmt: skip
    assert set(built_up["cd_value"]) == set(built_up["real"]) == {998}
    sources = layer(package, "source_v1")
    assert sources.to_dict("list") == {
        "source_nam": ["WorldView-2", "GeoEye-1"], "src_date": ["29/10/2017", "13/10/2018"],
        "source_tm": ["T16:32:00Z", "T16:05:09Z"], "sensor_gsd": ["0.46 m", "0.5 m"],
        "eventphase": ["Pre-event", "Post-event"], "src_id": [1, 2],
    }  # fmt: skip
    assert set(built_up["or_src_id"]) == {1}
    assert set(built_up["dmg_src_id"]) == {2}


def test_areas_in_square_metres_and_positions(tmp_path):
    path = town(tmp_path)
    _, package = written(path, tmp_path / "out")
    geod = Geod(ellps="WGS84")

    def size(name):
        return sum(abs(geod.geometry_area_perimeter(shape)[0]) for shape in layer(package, name).geometry)

    assert size("areaOfInterestA_v1") == pytest.approx(240 * 60, rel=1e-3)
    assert size("notAnalysedA_v1") == pytest.approx(40 * 60, rel=1e-3)
    assert set(layer(package, "notAnalysedA_v1")["obj_type"]) == {"Not Analysed"}
    assert len(layer(package, "observedEventA_v1")) == 0
    footprints = layer(package, "imageFootprintA_v1")
    assert sorted(set(footprints["or_src_id"])) == [1, 2]
    # what a reader of such packages does: footprint inside the area of interest, without what was not analysed
    aoi = layer(package, "areaOfInterestA_v1").union_all()
    analysed = aoi.intersection(footprints.union_all()).difference(layer(package, "notAnalysedA_v1").union_all())
    assert abs(geod.geometry_area_perimeter(analysed)[0]) == pytest.approx(200 * 60, rel=1e-3)
    there = geopandas.read_file(path, layer="damage")
    moved = layer(package, "builtUpA_v1").to_crs(there.crs)
    assert moved.hausdorff_distance(there.geometry).max() < 1e-3


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "EPSG:3857", "+proj=omerc +lat_0=27 +lonc=-86 +alpha=30 +gamma=10 +ellps=WGS84"]
)
def test_results_in_other_crs(tmp_path, crs):
    path = town(tmp_path, crs=CRS.from_user_input(crs))
    _, package = written(path, tmp_path / "out")
    there = geopandas.read_file(path, layer="damage").to_crs(32616)
    moved = layer(package, "builtUpA_v1").to_crs(32616)
    assert moved.hausdorff_distance(there).max() < 1e-3
    assert moved.area.max() == pytest.approx(100, rel=2e-3)


def test_summary_workbook_and_table_agree(tmp_path):
    published, package = written(reviewed_town(tmp_path), tmp_path / "out", low_confidence=0, contact="=cmd()")
    table = layer(package, "summaryTable_v1")
    [numbers] = table[table["unit"] == "No."].to_dict("records")
    assert numbers["destroyed"] == published.counts["Destroyed"] == 3
    assert numbers["total_affected"] == 6
    assert numbers["total_in_aoi"] == published.buildings == 9
    [hectares] = table[table["unit"] == "ha"].to_dict("records")
    assert hectares["total_in_aoi"] == pytest.approx(0.09)
    [file] = package.parent.glob("*.xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["summaryTable", "source", "notes"]
    head, first, _ = book["summaryTable"].iter_rows(values_only=True)
    assert dict(zip(head, first, strict=True)) == numbers
    notes = dict(book["notes"].iter_rows(values_only=True))
    assert notes["Contact"] == "=cmd()"  # a text, no formula
    assert "not validated in the field" in notes["Status"]
    assert notes["GLIDE"] == "TC-2018-000161-USA"
    assert "2 of 9 buildings" in notes["Method"]


def test_nothing_says_whose_machine_it_was(tmp_path):
    _, package = written(reviewed_town(tmp_path), tmp_path / "out")
    for path in package.parent.iterdir():
        data = path.read_bytes()
        assert b"/home/" not in data
        assert b"somebody" not in data
        assert str(tmp_path).encode() not in data


def test_the_same_result_gives_the_same_bytes(tmp_path):
    path = reviewed_town(tmp_path)
    _, first = written(path, tmp_path / "a")
    _, second = written(path, tmp_path / "b")
    for one in first.parent.iterdir():
        assert one.read_bytes() == (second.parent / one.name).read_bytes(), one.name


def test_without_facts_there_are_stand_ins(tmp_path):
    _, package = written(town(tmp_path, facts=None), tmp_path / "out")
    assert package.name == "post_AOI01_GRA_PRODUCT_v1.gpkg"
    assert layer(package, "areaOfInterestA_v1")["emsr_id"][0] == "Not Applicable"
    assert layer(package, "areaOfInterestA_v1")["country"][0] == "Unknown"
    assert set(layer(package, "source_v1")["source_nam"]) == {"Unknown"}
    _, named = written(town(tmp_path, name="other.gpkg"), tmp_path / "named")
    assert named.name == "Hurricane-Michael_AOI01_GRA_PRODUCT_v1.gpkg"


def test_sources_of_a_batch_and_of_footprints(tmp_path):
    path = two_scenes(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE run SET post_sensor = 'SkySat' WHERE scene = 'hill'")
        database.execute("""UPDATE run SET parameters = '{"footprints": "/data/osm.gpkg"}' WHERE scene = 'hill'""")
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute("UPDATE damage SET source = 'footprint' WHERE scene = 'hill' AND building_id = 2")
    _, package = written(path, tmp_path / "out")
    sources = layer(package, "source_v1").set_index("src_id")
    assert sources["source_nam"].to_dict() == {
        1: "Unknown", 2: "Unknown", 3: "SkySat", 900: "Building footprints (osm.gpkg)",
    }  # fmt: skip
    built_up = layer(package, "builtUpA_v1")
    assert built_up["or_src_id"].tolist() == [1] * 6 + [900]
    assert built_up["dmg_src_id"].tolist() == [2] * 5 + [3] * 2


def test_styles_are_sld_of_the_layer(tmp_path):
    _, package = written(town(tmp_path), tmp_path / "out")
    [path] = package.parent.glob("*builtUpA*.sld")
    root = ElementTree.parse(path).getroot()
    assert root.attrib["version"] == "1.1.0"
    literals = [element.text for element in root.iter("{http://www.opengis.net/ogc}Literal")]
    assert literals == ["Destroyed", "Damaged", "Possibly damaged", "No visible damage", "Not Analysed"]
    colours = re.findall(r'name="fill">(#\w+)<', path.read_text())
    assert colours == ["#d7191c", "#fdae61", "#ffffbf", "#2c7bb6", "#969696"]


def test_a_code_that_is_none(tmp_path):
    with pytest.raises(UsageError) as caught:
        written(town(tmp_path), tmp_path / "out", activation="../../EMSR1")
    assert caught.value.code == "activation"
