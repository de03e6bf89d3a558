from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsProxyProgressTask,
    QgsRasterLayer,
    QgsRectangle,
    QgsTask,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QPoint, QPointF, Qt, QThread
from qgis.PyQt.QtGui import QGuiApplication, QWheelEvent
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QLabel, QPushButton

from tests.plugin.drawn_layers import polygon_layer
from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.gui.assess.replace_question import Answer
from xview2_qgis.layers.unusable_layer import UnusableLayerError


def messages(bar):
    return [item.text() for item in bar.items()]


def test_the_pair_is_guessed_from_two_images(make_dialog, layers, image_pair):
    dialog = make_dialog()
    assert dialog.pre.layer().name() == "before"
    assert dialog.post.layer().name() == "after"
    # the file is proposed next to the pre-event image
    assert dialog.outputs.paths() == (str(Path(image_pair[0]).parent / "pre_damage.gpkg"), None, None)


def test_the_pair_is_guessed_when_it_comes_later(make_dialog, project, layers):
    sources = [layer.source() for layer in layers]
    project.removeAllMapLayers()
    dialog = make_dialog()
    assert dialog.pre.layer() is None
    dialog.close()
    for source, name in zip(sources, ("before", "after")):  # noqa: B905
        project.addMapLayer(QgsRasterLayer(source, name))
    dialog.show()
    assert (dialog.pre.layer().name(), dialog.post.layer().name()) == ("before", "after")


def test_a_crs_set_in_qgis_is_told(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    assert not [word for word in dialog.request(tmp_path).arguments() if "-crs=" in word]
    layers[1].setCrs(QgsCoordinateReferenceSystem("EPSG:32619"))
    assert [word for word in dialog.request(tmp_path).arguments() if "-crs=" in word] == ["--post-crs=EPSG:32619"]


def test_bands_are_those_typed_else_those_the_layer_shows(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    told = lambda: [word for word in dialog.request(tmp_path).arguments() if "bands=" in word]  # noqa: E731
    assert told() == []
    layers[1].setRenderer(QgsMultiBandColorRenderer(layers[1].dataProvider(), 3, 2, 1))
    advanced = dialog.form.advanced
    advanced.setCollapsed(False)
    assert "3,2,1" in advanced.post_bands.placeholderText()
    assert "3,2,1" not in advanced.pre_bands.placeholderText()
    assert told() == ["--post-shown-bands=3,2,1"]
    advanced.pre_bands.setText("2, 1, 3")
    assert told() == ["--pre-bands=2,1,3", "--post-shown-bands=3,2,1"]
    advanced.pre_bands.setText("2,1")
    with pytest.raises(UnusableLayerError, match="three bands"):
        dialog.request(tmp_path)


def test_run_adds_styled_layers_in_a_group(make_dialog, fake_engine, wait_until, interface, project, tmp_path):
    dialog = make_dialog()
    dialog.outputs.with_report.setChecked(True)
    interface.canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    percentages = []
    dialog.progress.bar.valueChanged.connect(percentages.append)
    dialog.run()
    assert dialog.cancel_button.isVisible()
    assert not dialog.run_button.isVisible()
    assert not dialog.pre.isEnabled()
    wait_until(lambda: dialog.task is None)

    assert dialog.run_button.isVisible()
    assert dialog.pre.isEnabled()
    assert max(percentages) == 100
    assert len(set(percentages)) > 3
    group = project.layerTreeRoot().children()[0]
    assert group.name() == "Damage – post"
    assert [node.layer().name() for node in group.children()] == ["Damage – post", "Assessed area – post"]
    damage = group.children()[0].layer()
    assert damage.featureCount() == 2
    assert damage.crs().authid() == "EPSG:32618"
    assert interface.canvas.extent().contains(damage.extent())
    assert interface.canvas.extent().width() < 500
    wait_until(lambda: messages(interface.bar))
    [text] = messages(interface.bar)
    assert text == "Check this result: 2 buildings, 1 destroyed"
    assert dialog.notice.text() == (
        "2 buildings assessed: 1 destroyed, 1 no damage. Ran on CPU (fp32) in 2 s.\n"
        "Warning: the post-event image is dark."
    )
    log = dialog.progress.log.toPlainText()
    assert "the post-event image is dark" in log
    assert "Ran on cpu, CPUExecutionProvider, fp32" in log
    stages = [log.index(title) for title in ("Preparing", "Detecting", "Extracting", "Writing")]
    assert stages == sorted(stages)
    # the next run gets another name
    assert dialog.outputs.paths()[0] == str(tmp_path / "pre_damage_2.gpkg")


def test_request(make_dialog, project, tmp_path, image_pair):
    zone = polygon_layer(project)
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "other"))
    dialog.outputs.with_raster.setChecked(True)
    dialog.area.polygons.setChecked(True)
    dialog.area.layer.setLayer(zone)
    dialog.footprints.setLayer(zone)
    dialog.advanced.device.setCurrentIndex(1)
    dialog.advanced.precision.setCurrentIndex(2)
    dialog.advanced.views.setCurrentIndex(3)
    dialog.advanced.registration.setChecked(False)
    request = dialog.request(tmp_path)
    assert request.arguments() == [
        "assess",
        f"--pre={image_pair[0]}",
        f"--post={image_pair[1]}",
        f"--output={tmp_path / 'other.gpkg'}",
        f"--model={dialog.model.model().name}",
        f"--aoi={tmp_path / 'area' / 'zone.gpkg'}",
        f"--footprints={tmp_path / 'footprints' / 'zone.gpkg'}",
        f"--damage-raster={tmp_path / 'pre_damage.tif'}",
        "--device=cpu",
        "--precision=fp16",
        "--tta=flips",
        "--register=off",
        "--events=json",
    ]


def test_map_view(make_dialog, fake_engine, wait_until, interface, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    interface.canvas.setExtent(QgsRectangle(500010, 4000010, 500050, 4000040))
    view = interface.canvas.extent()
    dialog = make_dialog()
    dialog.area.view.setChecked(True)
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()
    record = json.loads((tmp_path / "record.json").read_text())
    # what lies far from the images is cut off
    assert record["aoi"]["extent"] == pytest.approx(
        [max(view.xMinimum(), 499995), min(view.xMaximum(), 500105), view.yMinimum(), view.yMaximum()]
    )
    assert record["aoi"]["crs"] == "32618"
    assert all(record["files"][key] for key in ("--pre", "--post", "--aoi"))
    # temporary files are gone
    [aoi] = [part for part in record["arguments"] if part.startswith("--aoi=")]
    assert not os.path.exists(os.path.dirname(aoi[len("--aoi=") :]))


def test_map_view_of_the_whole_world(make_dialog, interface, tmp_path):
    dialog = make_dialog()
    interface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    interface.canvas.setExtent(QgsRectangle(-3e7, -3e7, 3e7, 3e7))
    dialog.area.view.setChecked(True)
    area = QgsVectorLayer(dialog.request(tmp_path).aoi, "area", "ogr")
    assert 100 < area.extent().width() < 200
    interface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(UnusableLayerError, match="The map has no CRS"):
        dialog.request(tmp_path)


def test_a_result_stays_out_of_another_project(make_dialog, fake_engine, wait_until, project, interface, tmp_path):
    dialog = make_dialog()
    output = dialog.outputs.paths()[0]
    dialog.run()
    project.clear()
    wait_until(lambda: dialog.task is None)
    assert project.mapLayers() == {}
    assert f"the result is in “{output}”" in dialog.notice.text()
    [button] = [button for button in dialog.notice.findChildren(QPushButton) if button.isVisible()]
    button.click()
    assert sorted(layer.name() for layer in project.mapLayers().values()) == ["Assessed area – post", "Damage – post"]
    assert dialog.notice.text() == ""


def test_keys_pressed_twice_do_no_harm(make_dialog, fake_engine, wait_until, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE", "slow")
    dialog = make_dialog()
    dialog.run_button.setFocus()
    dialog.run()
    assert not dialog.close_button.hasFocus()
    assert not dialog.cancel_button.hasFocus()
    assert not dialog.close_button.isDefault()
    dialog.cancel()
    wait_until(lambda: dialog.task is None)


def test_selected_features(make_dialog, fake_engine, wait_until, project, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    zone = polygon_layer(project)
    dialog = make_dialog()
    dialog.area.polygons.setChecked(True)
    assert not dialog.area.selected_only.isEnabled()
    zone.selectByIds([2])
    assert dialog.area.selected_only.isEnabled()
    dialog.area.selected_only.setChecked(True)
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500050, 500090, 4000000, 4000040]

    # a selection that is changed step by step must not become the whole layer
    zone.removeSelection()
    assert dialog.area.selected_only.isChecked()
    with pytest.raises(UnusableLayerError, match="No feature of “zone” is selected"):
        dialog.request(tmp_path)
    zone.selectByIds([1])
    assert dialog.area.selected_only.isChecked()


def test_the_wheel_changes_no_choice(make_dialog):
    dialog = make_dialog()

    def turn(choice):
        middle = QPointF(choice.rect().center())
        event = QWheelEvent(
            middle, QPointF(choice.mapToGlobal(choice.rect().center())), QPoint(0, 0), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(choice, event)

    choices = [choice for choice in dialog.findChildren(QComboBox) if choice.count() > 1]
    assert len(choices) >= 6
    before = [choice.currentIndex() for choice in choices]
    dialog.run_button.setFocus()
    for choice in choices:
        turn(choice)
    assert [choice.currentIndex() for choice in choices] == before


def test_the_buttons_are_on_a_small_screen(make_dialog):
    dialog = make_dialog()
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert dialog.height() < room.height()
    # everything but the buttons scrolls
    assert dialog.minimumSizeHint().height() < 350


def test_a_half_made_choice_is_kept(make_dialog, layers):
    dialog = make_dialog()
    dialog.pre.set_layer(layers[1])
    dialog.post.set_layer(None)
    dialog.close()
    dialog.show()
    assert (dialog.pre.layer(), dialog.post.layer()) == (layers[1], None)


def test_models_installed_later_are_offered(make_dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path))
    dialog = make_dialog()
    chosen = dialog.model.model()
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "model.json").write_text(json.dumps({"contract": 1, "id": "later", "title": "Later one"}))
    dialog.close()
    dialog.show()
    dialog.show()
    titles = [dialog.model._combo.itemText(index) for index in range(dialog.model._combo.count())]
    assert titles.count("Later one") == 1
    assert titles[-1] == "Choose a model bundle…"
    assert dialog.model.model() == chosen


def test_names_with_angles_survive_the_message_bar(make_dialog, interface, wait_until):
    dialog = make_dialog()
    dialog.close()
    dialog._messages.tell("cell size < 0.3 m; file “R&D <neu>.tif”", Qgis.MessageLevel.Critical)
    wait_until(lambda: interface.bar.items())
    assert "&lt;neu&gt;" in messages(interface.bar)[-1]


def test_names_for_a_long_image_name(make_dialog, tmp_path):
    dialog = make_dialog()
    dialog.outputs.suggest(str(tmp_path / f"{'Ж' * 124}.tif"))
    name = Path(dialog.outputs.paths()[0]).name
    assert name == f"{'Ж' * 100}_damage.gpkg"


def test_a_task_that_cannot_be_made_leaves_no_folder(make_dialog, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("xview2_qgis.gui.assess.dialog.AssessmentTask", None)
    with pytest.raises(TypeError):
        make_dialog()._new_task(EngineEnvironment("python"))
    assert os.listdir(tmp_path / "temporary") == []


def test_cancel(make_dialog, fake_engine, wait_until, project, tmp_path):
    fake_engine("slow")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: "left" in dialog.progress.time_left.text())
    dialog.cancel_button.click()
    assert not dialog.cancel_button.isEnabled()
    wait_until(lambda: dialog.task is None)
    assert dialog.progress.stage.text() == "Cancelled"
    assert not (tmp_path / "pre_damage.gpkg").exists()
    assert len(project.mapLayers()) == 2
    dialog.run()
    assert dialog.task is not None


def test_closed_dialog_goes_on_in_the_background(make_dialog, fake_engine, wait_until, project, interface):
    dialog = make_dialog()
    dialog.run()
    assert QgsApplication.taskManager().countActiveTasks() == 1
    dialog.close()
    assert not dialog.isVisible()
    wait_until(lambda: dialog.task is None)
    assert len(project.mapLayers()) == 4
    wait_until(lambda: any("2 buildings" in text for text in messages(interface.bar)))
    wait_until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


@pytest.mark.skipif(not hasattr(QgsProxyProgressTask, "canceled"), reason="this QGIS cannot cancel such tasks")
def test_cancel_in_the_task_list_of_qgis(make_dialog, fake_engine, wait_until):
    fake_engine("slow")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: "left" in dialog.progress.time_left.text())
    [task] = QgsApplication.taskManager().activeTasks()
    assert task.canCancel()
    assert task.progress() > 0
    task.cancel()
    assert not dialog.cancel_button.isEnabled()
    wait_until(lambda: dialog.task is None)
    assert dialog.progress.stage.text() == "Cancelled"


@pytest.mark.skipif(not hasattr(QgsProxyProgressTask, "canceled"), reason="this QGIS cannot cancel such tasks")
def test_cancel_in_the_task_list_while_it_waits_there(make_dialog, fake_engine, wait_until, tmp_path, monkeypatch):
    """Where all threads are busy QGIS ends the waiting task at once, before the engine has ended."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tasks, free = QgsApplication.taskManager(), threading.Event()
    busy = [QgsTask.fromFunction("busy", lambda _: free.wait(60)) for _ in range(QThread.idealThreadCount())]
    try:
        for task in busy:
            tasks.addTask(task)
        fake_engine("slow")
        dialog = make_dialog()
        dialog.run()
        wait_until(lambda: "left" in dialog.progress.time_left.text())
        [waiting] = [task for task in tasks.tasks() if isinstance(task, QgsProxyProgressTask)]
        assert waiting.status() == QgsTask.TaskStatus.Queued
        waiting.cancel()
        wait_until(lambda: dialog.task is None)
        assert dialog.run_button.isVisible()
        assert not list(tmp_path.glob("xview2_*"))
    finally:
        free.set()
    wait_until(lambda: tasks.countActiveTasks() == 0)


def test_no_neighbour_takes_the_place_of_a_removed_layer(make_dialog, project, image_pair):
    dialog = make_dialog()
    project.addMapLayer(QgsRasterLayer(image_pair[0], "zzz"))
    zones = [polygon_layer(project) for _ in range(2)]
    dialog.footprints.setLayer(zones[0])
    dialog.area.polygons.setChecked(True)
    dialog.area.layer.setLayer(zones[0])
    project.removeMapLayer(dialog.pre.layer().id())
    project.removeMapLayer(zones[0].id())
    assert dialog.pre.layer() is None
    assert dialog.post.layer().name() == "after"
    assert dialog.footprints.currentLayer() is None
    assert dialog.area.polygons.isChecked()
    assert dialog.area.chosen_layer() is None
    dialog.run()
    assert dialog.task is None
    # without any polygon layer there is nothing to choose
    project.removeMapLayer(zones[1].id())
    assert dialog.area.overlap.isChecked()
    assert not dialog.area.polygons.isEnabled()


def test_warnings_are_told_though_the_project_was_closed(make_dialog, fake_engine, wait_until, project):
    dialog = make_dialog()
    dialog.run()
    dialog.task.warnings.append("half a warning")
    project.clear()
    wait_until(lambda: dialog.task is None)
    assert "half a warning" in dialog.notice.text()


def test_the_tab_key_goes_from_top_to_bottom(make_dialog):
    dialog = make_dialog()
    dialog.outputs.with_raster.setChecked(True)
    dialog.outputs.with_report.setChecked(True)
    widget, order = dialog.pre._combo, []
    for _ in range(100):
        order.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [
        dialog.pre._combo, dialog.post._combo, dialog.area.overlap, dialog.footprints, dialog.outputs.with_raster,
        dialog.outputs.damage_raster, dialog.outputs.with_report, dialog.outputs.report, dialog.advanced,
        dialog.advanced.device, dialog.advanced.registration, dialog.run_button, dialog.close_button,
    ]  # fmt: skip
    places = [order.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_bands_go_with_their_image(make_dialog, layers, project):
    dialog = make_dialog()
    dialog.advanced.pre_bands.setText("3,2,1")
    dialog.form.images.swap_button.click()
    assert (dialog.pre.layer(), dialog.post.layer()) == (layers[1], layers[0])
    assert (dialog.advanced.pre_bands.text(), dialog.advanced.post_bands.text()) == ("", "3,2,1")
    project.clear()
    assert dialog.advanced.post_bands.text() == ""


def test_every_key_has_one_meaning(make_dialog):
    dialog = make_dialog()
    dialog.advanced.setCollapsed(False)
    widgets = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLabel)]
    texts = [widget.text() for widget in widgets if not widget.isHidden() and "&" in widget.text()]
    keys = [text[text.index("&") + 1].lower() for text in texts]
    assert len(keys) >= 15
    assert len(set(keys)) == len(keys), sorted(zip(keys, texts))  # noqa: B905


def test_going_on_in_the_background_wears_no_cross(make_dialog, fake_engine, wait_until):
    fake_engine("slow")
    dialog = make_dialog()
    dialog.run()
    assert "background" in dialog.close_button.text()
    assert dialog.close_button.icon().isNull()
    dialog.cancel()
    wait_until(lambda: dialog.task is None)


def test_who_has_no_engine_is_told_each_time(make_dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(tmp_path / "nothing"))
    dialog = make_dialog()
    assert "does not exist" in dialog.notice.text()
    dialog.notice.clear()
    dialog.close()
    dialog.show()
    assert "does not exist" in dialog.notice.text()


def test_a_long_name_does_not_widen_the_window(make_dialog):
    dialog = make_dialog()
    width = dialog.minimumSizeHint().width()
    dialog.notice.show_message("x" * 400, Qgis.MessageLevel.Warning)
    assert dialog.minimumSizeHint().width() <= width + 150


def test_a_folder_name_that_is_too_long(make_dialog, fake_engine, tmp_path):
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / ("x" * 300) / "out.gpkg"))
    dialog.run()
    assert "does not exist" in dialog.notice.text()


def test_crash(make_dialog, fake_engine, wait_until, project):
    fake_engine("crash")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "crashed" in dialog.notice.text()
    assert "about to fall over" in dialog.progress.log.toPlainText()
    assert dialog.progress.log.isVisible()
    assert len(project.mapLayers()) == 2


def test_error_with_hint(make_dialog, fake_engine, wait_until):
    fake_engine("error")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert dialog.notice.text() == "The images do not overlap: choose images of the same place."


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


@pytest.mark.parametrize("answer", [Answer.REPLACE, Answer.RENAME, Answer.LEAVE])
def test_reviews_are_lost_only_where_the_user_says_so(
    make_dialog, fake_engine, wait_until, tmp_path, monkeypatch, answer
):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    path = tmp_path / "mine.gpkg"
    write_geopackage(str(path))
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE damage ADD COLUMN review_class TEXT DEFAULT 'destroyed'")
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
    replaced = answer is Answer.REPLACE
    assert ("--overwrite" in given, "--discard-reviews" in given) == (replaced, replaced)
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


def test_edits_begun_during_the_run_are_told(make_dialog, fake_engine, wait_until, project, tmp_path, monkeypatch):
    path = str(tmp_path / "again.gpkg")
    write_geopackage(path)
    layer = QgsVectorLayer(f"{path}|layername=damage", "from before", "ogr")
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(path)
    monkeypatch.setattr(dialog, "_ask_about", lambda existing, reviewed: Answer.REPLACE)
    dialog.run()
    project.addMapLayer(layer)
    layer.startEditing()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()
    assert "“from before” was replaced while it was being edited" in dialog.notice.text()
    layer.rollBack()


def test_the_next_names_after_a_run_with_a_corrected_crs(make_dialog, layers, fake_engine, wait_until, tmp_path):
    # the engine is given a temporary file then, which says nothing about where results belong
    layers[0].setCrs(QgsCoordinateReferenceSystem("EPSG:32619"))
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert dialog.outputs.paths()[0] == str(tmp_path / "pre_damage_2.gpkg")


def test_names_for_an_image_in_a_geopackage(make_dialog, image_pair, project, tmp_path):
    path = str(tmp_path / "town.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    image = QgsRasterLayer(f"GPKG:{path}:image", "image")
    project.addMapLayer(image)
    dialog = make_dialog()
    dialog.pre.set_layer(image)
    assert dialog.outputs.paths()[0] == str(tmp_path / "town_damage.gpkg")


def test_footprints_near_the_images(make_dialog, project, tmp_path):
    footprints = polygon_layer(project)
    far = QgsFeature()
    far.setGeometry(QgsGeometry.fromRect(QgsRectangle(510000, 4000000, 510040, 4000040)))
    footprints.dataProvider().addFeature(far)
    dialog = make_dialog()
    dialog.footprints.setLayer(footprints)
    written = QgsVectorLayer(dialog.request(tmp_path).footprints, "written", "ogr")
    assert [feature["id"] for feature in written.getFeatures()] == [1, 2]


def test_unload_while_running_lets_the_engine_tidy_up(make_dialog, fake_engine, wait_until, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_CANCELLED", str(tmp_path / "cancelled"))
    fake_engine("slow")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.progress.bar.value() > 0)
    dialog.shut_down()
    assert dialog.task is None
    assert (tmp_path / "cancelled").exists()


def test_unload_while_running_ends_the_engine(make_dialog, fake_engine, wait_until, project):
    fake_engine("deaf")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.progress.bar.value() > 0)
    dialog.shut_down()
    assert dialog.task is None
    assert len(QgsProject.instance().mapLayers()) == 2
