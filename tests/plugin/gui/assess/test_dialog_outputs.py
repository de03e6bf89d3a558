"""Which files the dialog lets a run write, and what it asks before."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsRasterLayer,
    QgsVectorLayer,
)

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.assess.replace_question import Answer


def test_names_for_a_long_image_name(make_dialog, tmp_path):
    dialog = make_dialog()
    dialog.outputs.suggest(str(tmp_path / f"{'Ж' * 124}.tif"))
    name = Path(dialog.outputs.paths()[0]).name
    assert name == f"{'Ж' * 100}_damage.gpkg"


def test_a_folder_name_that_is_too_long(make_dialog, fake_engine, tmp_path):
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / ("x" * 300) / "out.gpkg"))
    dialog.run()
    assert "does not exist" in dialog.notice.text()


def test_incomplete_input(make_dialog, fake_engine, layers, project, tmp_path):
    dialog = make_dialog()
    dialog.post.set_layer(None)
    dialog.run()
    assert "Choose the pre-event" in dialog.notice.text()
    dialog.post.set_layer(layers[0])
    dialog.run()
    assert "same layer" in dialog.notice.text()
    twin = QgsRasterLayer(layers[0].source(), "twin")
    project.addMapLayer(twin)
    dialog.post.set_layer(twin)
    dialog.run()
    assert "same file" in dialog.notice.text()
    dialog.post.set_layer(layers[1])
    dialog.outputs.geopackage.setFilePath("")
    dialog.run()
    assert "Enter an output file name" in dialog.notice.text()
    dialog.outputs.geopackage.setFilePath("/no/such/folder/out.gpkg")
    dialog.run()
    assert "does not exist" in dialog.notice.text()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "a%20b.gpkg"))
    dialog.run()
    assert "“%20” in its path" in dialog.notice.text()
    assert dialog.task is None


def test_existing_files(make_dialog, fake_engine, wait_until, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    path = tmp_path / "mine.gpkg"
    path.write_text("precious")
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(path))
    answers = [Answer.LEAVE, Answer.REPLACE]
    monkeypatch.setattr(dialog, "_ask_about", lambda existing, reviewed: answers.pop(0))
    dialog.run()
    assert dialog.task is None
    assert path.read_text() == "precious"
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "--overwrite" in json.loads((tmp_path / "record.json").read_text())["arguments"]
    # now it is open in the project, and is not replaced
    dialog.outputs.geopackage.setFilePath(str(path))
    dialog.run()
    assert dialog.task is None
    assert "open in this project" in dialog.notice.text()


@pytest.mark.parametrize("answer", [Answer.REPLACE, Answer.KEEP, Answer.RENAME, Answer.LEAVE])
def test_reviews_are_lost_only_where_the_user_says_so(
    make_dialog, fake_engine, wait_until, tmp_path, monkeypatch, answer
):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    path = tmp_path / "mine.gpkg"
    write_geopackage(str(path))
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)  # the triggers of the spatial index ask
        database.execute("UPDATE damage SET review_class = 'destroyed'")
    (tmp_path / "mine_2.html").touch()
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(path))
    dialog.outputs.with_report.setChecked(True)
    dialog.outputs.report.setFilePath(str(tmp_path / "mine.html"))
    asked = []
    monkeypatch.setattr(dialog, "_ask_about", lambda *facts: asked.append(facts) or answer)
    dialog.run()
    assert asked == [([str(path)], 2)]
    wait_until(lambda: dialog.task is None)
    if answer is Answer.LEAVE:
        assert not (tmp_path / "record.json").exists()
        return
    given = json.loads((tmp_path / "record.json").read_text())["arguments"]
    replaced = answer in (Answer.REPLACE, Answer.KEEP)
    assert [word in given for word in ("--overwrite", "--discard-reviews", "--keep-reviews")] == [
        replaced, answer is Answer.REPLACE, answer is Answer.KEEP,
    ]  # fmt: skip
    stem = "mine" if replaced else "mine_3"
    assert f"--output={tmp_path / stem}.gpkg" in given
    assert f"--report={tmp_path / stem}.html" in given


@pytest.mark.parametrize("role", ["image", "area", "footprints", "bystander"])
def test_no_result_over_a_file_in_use(make_dialog, fake_engine, image_pair, project, tmp_path, monkeypatch, role):
    path = str(tmp_path / "precious.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    (tmp_path / "one.geojson").write_text('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}')
    gdal.VectorTranslate(path, str(tmp_path / "one.geojson"), accessMode="update", layerName="zone")
    image = QgsRasterLayer(f"GPKG:{path}:image", "image")
    zone = QgsVectorLayer(f"{path}|layername=zone", "zone", "ogr")
    dialog = make_dialog()
    project.addMapLayer(zone if role in ("area", "footprints") else image)
    if role == "image":
        dialog.pre.set_layer(image)
    elif role == "area":
        dialog.area.polygons.setChecked(True)
        dialog.area.layer.setLayer(zone)
    elif role == "footprints":
        dialog.footprints.setLayer(zone)
    monkeypatch.setattr(dialog, "_ask_about", lambda existing, reviewed: pytest.fail("it must not even ask"))
    dialog.outputs.geopackage.setFilePath(path)
    dialog.run()
    assert dialog.task is None
    assert ("open in this project" if role == "bystander" else "is an input of this run") in dialog.notice.text()
    assert QgsRasterLayer(f"GPKG:{path}:image", "image").isValid()


def test_names_for_an_image_in_a_geopackage(make_dialog, image_pair, project, tmp_path):
    path = str(tmp_path / "town.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    image = QgsRasterLayer(f"GPKG:{path}:image", "image")
    project.addMapLayer(image)
    dialog = make_dialog()
    dialog.pre.set_layer(image)
    assert dialog.outputs.paths()[0] == str(tmp_path / "town_damage.gpkg")
