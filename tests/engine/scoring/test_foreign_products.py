"""References of Copernicus EMS and UNOSAT: the right layer, the right classes, and only what was analysed."""

import geopandas
import pytest

from tests.engine.probability_scene import UTM
from tests.engine.publish.published_scenes import context, reviewed_town
from tests.engine.result_scene import write_result
from tests.engine.scoring.foreign_products import ems_package, unosat_sites
from tests.engine.scoring.test_comparison import AREA, FOUND
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.publish.formats.cems.package import write_package
from xview2_qgis.engine.publish.formats.fema import write_levels
from xview2_qgis.engine.publish.formats.unosat import write_sites
from xview2_qgis.engine.scoring.analysed_area import where_analysed
from xview2_qgis.engine.scoring.buildings import open_plane, read_predicted, read_reference
from xview2_qgis.engine.scoring.challenge import IGNORED
from xview2_qgis.engine.scoring.class_words import class_of, find_class_field, read_classes
from xview2_qgis.engine.scoring.comparison import compare
from xview2_qgis.engine.stored.result import StoredResult


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, FOUND, area=AREA)
    return path


def scored(result, address, *, area=None, field=None):
    plane = open_plane(result, area)
    plane, notes = where_analysed(plane, str(address), complete=area is not None)
    reference = read_reference(str(address), plane, field)
    return compare(plane, read_predicted(result, plane, "final"), reference), notes, reference


def test_possibly_damaged_is_not_damaged():
    assert (class_of("Possibly damaged"), class_of("Damaged"), class_of(" damaged ")) == (2, 3, 3)
    assert class_of("Possibly damaged?") is None


@pytest.mark.parametrize("built_up", ["builtUpA_v1", "builtUpP_v1", "BUILTUPP"])
def test_a_package_of_copernicus_ems(result, tmp_path, built_up):
    package = ems_package(tmp_path / "EMSR325_AOI01_GRA_PRODUCT_v1.gpkg", built_up)
    found, notes, reference = scored(result, package)
    assert reference.classes.tolist() == [1, 2, 3, 4]
    assert reference.points == (built_up != "builtUpA_v1")
    # the fifth building lies in what was not analysed: nobody knows that it is none
    assert (found.predicted, found.actual) == (4, 4)
    assert found.objects.as_dict()["damage_f1"] == pytest.approx(1.0, abs=1e-5)
    assert found.area_km2 == pytest.approx(140 * 200 / 1e6, rel=1e-4)
    assert [note.split(" reference")[0] for note in notes[:2]] == [
        "scored inside the area of interest of the", "scored inside the image footprint of the",
    ]  # fmt: skip
    assert notes[2:] == (
        "scored without what the reference could not analyse", "part of the assessed area that is scored: 70 %",
    )  # fmt: skip


def test_a_layer_of_the_package_as_qgis_names_it(result, tmp_path):
    package = ems_package(tmp_path / "package.gpkg")
    found, notes, _ = scored(result, f"{package}|layername=builtUpA_v1")
    assert (found.predicted, len(notes)) == (4, 4)


def test_areas_and_points_in_one_package(result, tmp_path):
    package = ems_package(tmp_path / "package.gpkg")
    one = geopandas.read_file(package, layer="builtUpA_v1").iloc[:1]
    one.set_geometry(one.geometry.representative_point()).to_file(package, layer="builtUpP_v1")
    _, _, reference = scored(result, package)
    assert not reference.points
    assert len(reference.classes) == 4


def test_shapefiles_of_one_package_in_a_folder(result, tmp_path):
    package = ems_package(tmp_path / "package.gpkg")
    for layer in ("builtUpA_v1", "notAnalysedA_v1", "areaOfInterestA_v1"):
        geopandas.read_file(package, layer=layer).to_file(tmp_path / f"EMSR325_AOI01_GRA_PRODUCT_{layer}.shp")
    found, notes, reference = scored(result, tmp_path / "EMSR325_AOI01_GRA_PRODUCT_builtUpA_v1.shp")
    assert reference.classes.tolist() == [1, 2, 3, 4]
    assert found.predicted == 4
    assert any("without what the reference could not analyse" in note for note in notes)


def test_where_the_user_says_it_is_complete(result, tmp_path):
    package = ems_package(tmp_path / "package.gpkg", hidden=(300, 400))
    area = tmp_path / "area.gpkg"
    geopandas.GeoDataFrame(geometry=list(AREA.geoms), crs=UTM.to_wkt()).to_file(area)
    everywhere, _, _ = scored(result, package, area=str(area))
    limited, _, _ = scored(result, package)
    assert everywhere.area_km2 == pytest.approx(0.04)
    assert limited.area_km2 == pytest.approx(0.036, rel=1e-4)


def test_a_package_that_lies_elsewhere(result, tmp_path):
    package = ems_package(tmp_path / "package.gpkg", hidden=(-100, 900))
    assert main(["score", str(result), "--reference", str(package)]) == 3


def test_not_analysed_is_said(result, tmp_path, capsys):
    package = ems_package(tmp_path / "package.gpkg")
    buildings = geopandas.read_file(package, layer="builtUpA_v1")
    buildings.loc[0, "damage_gra"] = "Not Analysed"
    buildings.to_file(package, layer="builtUpA_v1")
    _, _, reference = scored(result, package)
    assert reference.classes.tolist() == [IGNORED, 2, 3, 4]
    assert any("does not judge" in note and note.endswith(": 1") for note in reference.notes)
    assert any("no undamaged building" in note for note in reference.notes)
    assert main(["score", str(result), "--reference", str(package)]) == 0
    told = capsys.readouterr().out
    assert "does not judge" in told
    assert "scored inside the area of interest of the reference" in told


CODES = [6, 4, 2, 1]


@pytest.mark.parametrize(
    "values",
    [CODES, [float(code) for code in CODES], [str(code) for code in CODES], [6, 3, 2, 1], [6, 11, 2, 1],
     ["No Visible Damage", "Possible Damage", "Severe Damage", "Destroyed"],
     ["No Visible Damage", "Moderately Damaged", "Severely Damaged", "Destroyed"]],
)  # fmt: skip
def test_sites_of_unosat(result, tmp_path, values):
    sites = unosat_sites(tmp_path / "sites.gpkg", {"SiteID": [1, 2, 3, 4], "Main_Damage_Site_Class": values})
    found, notes, reference = scored(result, sites)
    assert reference.points
    assert reference.classes.tolist() == [1, 2, 3, 4]
    assert found.area_km2 == pytest.approx(130 * 200 / 1e6, rel=1e-4)
    assert "area of interest" in notes[0]


def test_the_last_look_counts_and_only_buildings_do(result, tmp_path):
    sites = unosat_sites(
        tmp_path / "sites.gpkg",
        {
            "Main_Damage_Site_Class": [6, 6, 6, 6], "Main_Damage_Site_Class_2": [6, 4, None, 2],
            "Main_Damage_Site_Class_10": [None, None, 2, 1], "Damage_Status_10": [3, 3, 3, 3],
            "Grouped_Damage_Classes": [1, 1, 1, 2],
        },
    )  # fmt: skip
    _, _, reference = scored(result, sites)
    assert reference.field == "Main_Damage_Site_Class_10"
    assert reference.classes.tolist() == [1, 2, 3]
    assert any("no buildings" in note for note in reference.notes)
    _, _, first = scored(result, sites, field="main_damage_site_class")
    assert first.classes.tolist() == [1, 1, 1]


def test_names_that_shapefiles_cut(result, tmp_path):
    fields = {"Main_Damag": [6, 6, 6, 6], "Main_Dam_1": CODES, "Grouped_Da": [1] * 4}
    sites = unosat_sites(tmp_path / "Damage_Sites_Town.shp", fields)
    _, _, reference = scored(result, sites)
    assert reference.classes.tolist() == [1, 2, 3, 4]


def test_codes_of_unosat_are_no_numbers_of_ours():
    assert read_classes("Main_Damage_Site_Class", [1, 2, 3, 4, 6, 11, 5, None]).classes == (
        4, 3, 2, 2, 1, 2, IGNORED, IGNORED,
    )  # fmt: skip
    assert read_classes("damage", [1, 2, 3, 4]).classes == (1, 2, 3, 4)
    assert (
        find_class_field({"Main_Damage_Site_Class": [1, 1], "damage_gra": ["Damaged", "Damaged"]}).name == "damage_gra"
    )


@pytest.mark.parametrize("product", ["cems", "unosat", "fema"])
def test_what_we_publish_is_what_we_read(tmp_path, product):
    """Without a limit of confidence the classes map one to one, and so the agreement is perfect."""
    path, told = reviewed_town(tmp_path), context(low_confidence=0.0)
    stored, address = StoredResult(path), tmp_path / "product.gpkg"
    if product == "cems":
        folder = tmp_path / "package"
        folder.mkdir()
        write_package(stored, folder, told)
        [address] = folder.glob("*.gpkg")
    else:
        (write_sites if product == "unosat" else write_levels)(stored, address, told)
    found, _, reference = scored(path, address)
    matrix = found.objects.matrix
    assert matrix[1:5, 1:5].diagonal().tolist() == [1, 2, 1, 3]
    assert matrix[1:5, 1:5].sum() == 7
    assert found.objects.as_dict()["damage_f1"] == pytest.approx(1.0, abs=1e-5)
    assert found.objects.localization.f1 == 1.0
    assert (reference.classes == IGNORED).sum() == (0 if product == "unosat" else 2)
