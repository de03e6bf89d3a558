"""The files to write: which names are proposed, and what becomes of those that are typed."""

from __future__ import annotations

import pytest

from xview2_qgis.gui.assess.output_choice import OutputChoice


@pytest.fixture
def choice(qgis_app):
    choice = OutputChoice()
    choice.with_raster.setChecked(True)
    choice.with_report.setChecked(True)
    yield choice
    choice.deleteLater()


def test_names_follow_the_image(choice, tmp_path):
    choice.suggest(str(tmp_path / "a.b.tif"))
    assert choice.paths() == tuple(str(tmp_path / f"a.b_damage{suffix}") for suffix in (".gpkg", ".tif", ".html"))
    choice.suggest(str(tmp_path / "town.tif"))
    assert choice.paths() == tuple(str(tmp_path / f"town_damage{suffix}") for suffix in (".gpkg", ".tif", ".html"))


def test_all_files_have_the_same_number(choice, tmp_path):
    (tmp_path / "town_damage.tif").touch()
    (tmp_path / "town_damage_2.html").touch()
    choice.suggest(str(tmp_path / "town.tif"))
    assert choice.paths() == tuple(str(tmp_path / f"town_damage_3{suffix}") for suffix in (".gpkg", ".tif", ".html"))


def test_without_an_image_no_name(choice, tmp_path):
    choice.suggest(str(tmp_path / "town.tif"))
    choice.suggest("")
    assert choice.paths() == ("", "", "")
    assert choice.note.isHidden()


def test_another_folder_than_that_of_the_image_is_told(choice, tmp_path, project):
    project.setFileName(str(tmp_path / "project.qgz"))
    choice.suggest("/vsicurl/https://example.org/town.tif")
    assert choice.paths()[0] == str(tmp_path / "town_damage.gpkg")
    assert not choice.note.isHidden()
    assert f"“{tmp_path}” is proposed" in choice.note.text()
    choice.suggest(str(tmp_path / "town.tif"))
    assert choice.note.isHidden()


def test_what_belonged_to_another_project_is_forgotten(choice, tmp_path):
    choice.suggest(str(tmp_path / "a.tif"))
    choice.geopackage.setFilePath(str(tmp_path / "mine.gpkg"))
    choice.forget()
    assert choice.paths() == ("", "", "")
    choice.suggest(str(tmp_path / "b.tif"))
    assert choice.paths()[0] == str(tmp_path / "b_damage.gpkg")


def test_the_extension_is_seen_once_the_name_is_typed(choice, tmp_path):
    choice.geopackage.setFilePath(str(tmp_path / "res.shp"))
    choice.geopackage.lineEdit().editingFinished.emit()
    assert choice.geopackage.filePath() == str(tmp_path / "res.gpkg")


def test_a_name_that_was_typed_stays_and_the_others_follow(choice, tmp_path):
    choice.suggest(str(tmp_path / "a.tif"))
    choice.damage_raster.setFilePath(str(tmp_path / "mine.tif"))
    choice.suggest(str(tmp_path / "b.tif"))
    assert choice.paths() == tuple(str(tmp_path / name) for name in ("b_damage.gpkg", "mine.tif", "b_damage.html"))
    # whoever empties a field gets a proposal again
    choice.damage_raster.setFilePath("")
    choice.suggest(str(tmp_path / "b.tif"))
    assert choice.paths()[1] == str(tmp_path / "b_damage.tif")


def test_only_what_is_wanted_is_written(choice, tmp_path):
    choice.suggest(str(tmp_path / "a.tif"))
    choice.with_raster.setChecked(False)
    assert choice.paths() == (str(tmp_path / "a_damage.gpkg"), None, str(tmp_path / "a_damage.html"))
    choice.with_report.setChecked(False)
    assert choice.paths()[1:] == (None, None)
    assert not choice.damage_raster.isEnabled()
    assert not choice.report.isEnabled()
    assert choice.geopackage.isEnabled()
    assert OutputChoice().paths()[1:] == (None, None)


def test_an_empty_field_is_not_the_same_as_one_that_is_not_wanted(choice):
    for field in (choice.geopackage, choice.damage_raster, choice.report):
        field.setFilePath("  ")
    assert choice.paths() == ("", "", "")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("town", "town.gpkg"),
        ("town.gpkg", "town.gpkg"),
        ("TOWN.GPKG", "TOWN.GPKG"),
        ("town.v2", "town.v2.gpkg"),
        ("town.shp", "town.gpkg"),
        ("town.GeoJSON", "town.gpkg"),
        ("town.shp.gpkg", "town.shp.gpkg"),
        ("  town ", "town.gpkg"),
        ("x/../town", "town.gpkg"),
    ],
)
def test_the_extension_is_added_where_it_lacks(choice, tmp_path, monkeypatch, typed, written):
    # a name alone is taken from the working directory, which is another one in the engine
    monkeypatch.chdir(tmp_path)
    choice.geopackage.setFilePath(typed)
    assert choice.paths()[0] == str(tmp_path / written)


def test_the_home_folder_and_other_extensions(choice, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    choice.geopackage.setFilePath("~/town")
    choice.damage_raster.setFilePath(str(tmp_path / "town.TIFF"))
    choice.report.setFilePath(str(tmp_path / "town.htm"))
    assert choice.paths() == tuple(str(tmp_path / name) for name in ("town.gpkg", "town.TIFF", "town.htm"))


def test_nobody_is_asked_twice_whether_to_replace_a_file(choice):
    # the dialog asks before the run, also for names that were typed
    for field in (choice.geopackage, choice.damage_raster, choice.report):
        assert not field.confirmOverwrite()
