"""The dock by its keys: what is written, what is shown, and when a key is text."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapToolPan
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from xview2_qgis.gui.review.command import Command

KEYS = {
    Qt.Key.Key_0: "unknown", Qt.Key.Key_1: "no-damage", Qt.Key.Key_2: "minor-damage", Qt.Key.Key_3: "major-damage",
    Qt.Key.Key_4: "destroyed", Qt.Key.Key_X: "no-building", Qt.Key.Key_Return: "major-damage",
    Qt.Key.Key_Enter: "major-damage",
}  # fmt: skip


def reviews(path):
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT building_id, review_class, review_note FROM damage ORDER BY fid").fetchall()
    return {number: (word, note) for number, word, note in rows if word or note}


@pytest.mark.parametrize(("key", "word"), KEYS.items(), ids=[str(int(key)) for key in KEYS])
def test_a_key_writes_the_class_of_the_building_that_is_shown(dock, town_layer, town_file, press, key, word):
    assert dock.face.card.title.text().startswith("Building 3 · model: Major damage")
    press(key)
    assert reviews(town_file) == {3: (word, None)}
    assert not dock.face.card.title.text().startswith("Building 3 ")
    assert dock.face.progress.text() == "1 of 12 done"


def test_buttons_do_the_same(dock, town_layer, town_file):
    dock.face.buttons.buttons[Command.DESTROYED].click()
    assert reviews(town_file) == {3: ("destroyed", None)}
    dock.face.buttons.buttons[Command.UNDO].click()
    assert reviews(town_file) == {}
    assert dock.face.progress.text() == "0 of 12 done"


def test_skip_back_and_undo(dock, town_layer, press):
    seen = []
    for key in (Qt.Key.Key_S, Qt.Key.Key_S, Qt.Key.Key_B, Qt.Key.Key_4, Qt.Key.Key_Z):
        press(key)
        seen.append(dock.session.current.building_id)
    assert seen[0] == seen[2] == seen[4] != seen[1]


def test_a_note_is_text_and_its_keys_are_no_commands(dock, town_layer, town_file, press):
    press(Qt.Key.Key_N)
    assert dock.face.note.isVisible()
    assert QApplication.focusWidget() is dock.face.note
    QTest.keyClicks(dock.face.note, "4 x <b>porch</b>")
    assert reviews(town_file) == {}
    press(Qt.Key.Key_Return, dock.face.note)
    assert reviews(town_file) == {3: (None, "4 x <b>porch</b>")}
    assert dock.face.card.review.text() == "100 m² · not reviewed · 4 x <b>porch</b>"
    assert not dock.face.note.isVisible()
    press(Qt.Key.Key_4)
    assert reviews(town_file) == {3: ("destroyed", "4 x <b>porch</b>")}


def test_typing_the_reviewer_and_the_area_is_no_command(dock, town_layer, town_file):
    dock.face.plan.reviewer.setFocus()
    QTest.keyClicks(dock.face.plan.reviewer, "X4")
    dock.face.plan.area.setFocus()
    QTest.keyClicks(dock.face.plan.area, "40")
    assert reviews(town_file) == {}
    assert dock.face.plan.reviewer.text().endswith("X4")


def test_keys_work_on_the_map_but_not_with_ctrl_and_not_while_the_dock_is_closed(
    dock, town_layer, town_file, press, interface
):
    canvas = interface.canvas
    QTest.keyClick(canvas, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert reviews(town_file) == {}
    press(Qt.Key.Key_4, canvas)
    assert reviews(town_file) == {3: ("destroyed", None)}
    dock.close()
    press(Qt.Key.Key_4, canvas)
    assert len(reviews(town_file)) == 1


def test_a_missed_building_is_drawn_on_the_map(dock, town_layer, town_file, press, interface, wait_until):
    canvas = interface.canvas
    canvas.setDestinationCrs(town_layer.crs())
    canvas.setExtent(QgsRectangle(600_000, 2_999_900, 600_130, 3_000_000))
    before = QgsMapToolPan(canvas)
    canvas.setMapTool(before)
    press(Qt.Key.Key_A)
    assert dock.notice.isVisible()
    press(Qt.Key.Key_4, canvas)  # no command while one draws
    corners = [canvas.getCoordinateTransform().transform(x, y) for x, y in
               ((600_100, 2_999_950), (600_112, 2_999_950), (600_112, 2_999_938), (600_100, 2_999_938))]  # fmt: skip
    for corner in corners:
        at = QPoint(round(corner.x()), round(corner.y()))
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    assert canvas.mapTool() is before
    assert town_layer.featureCount() == 13
    assert dock.face.card.title.text().startswith("Added by hand")
    assert 100 < dock.session.current.area_m2 < 200
    press(Qt.Key.Key_2)
    assert reviews(town_file) == {None: ("minor-damage", None)}
    press(Qt.Key.Key_Z)
    press(Qt.Key.Key_Z)
    assert town_layer.featureCount() == 12


def test_escape_gives_the_map_back(dock, town_layer, press, interface):
    before = QgsMapToolPan(interface.canvas)
    interface.canvas.setMapTool(before)
    press(Qt.Key.Key_A)
    QTest.keyClick(interface.canvas, Qt.Key.Key_Escape)
    assert interface.canvas.mapTool() is before
    assert town_layer.featureCount() == 12


def test_order_and_filters_by_the_tab(dock, town_layer):
    plan = dock.face.plan
    plan.margin.setCurrentIndex(plan.margin.findData(0.3))
    assert dock.face.progress.text() == "0 of 5 doubtful done"
    plan.margin.setCurrentIndex(0)
    plan.model_class.setCurrentIndex(plan.model_class.findData("destroyed"))
    assert dock.face.progress.text() == "0 of 2 “Destroyed” done"
    plan.area.setValue(1000)
    assert dock.face.progress.text() == "No building fits the filter."
    assert not dock.face.buttons.buttons[Command.ACCEPT].isEnabled()


def test_only_what_the_map_shows(dock, town_layer, interface):
    interface.canvas.setDestinationCrs(town_layer.crs())
    interface.canvas.setExtent(QgsRectangle(600_005, 2_999_975, 600_025, 2_999_995))
    shown = interface.canvas.extent()
    expected = sum(shown.contains(f.geometry().boundingBox().center()) for f in town_layer.getFeatures())
    dock.face.plan.in_view.setChecked(True)
    assert 0 < expected < 12
    assert dock.session.progress().total == expected


def test_each_layer_keeps_its_place_and_its_undo(dock, town_layer, town_file, tmp_path, project, press):
    import shutil

    copy = shutil.copy(town_file, tmp_path / "other.gpkg")
    other = project.addMapLayer(QgsVectorLayer(f"{copy}|layername=damage", "other", "ogr"))
    press(Qt.Key.Key_4)
    place = dock.session.current.building_id
    dock.carry_out(other)
    assert dock.face.progress.text() == "0 of 12 done"
    press(Qt.Key.Key_1)
    dock.carry_out(town_layer)
    assert dock.session.current.building_id == place
    press(Qt.Key.Key_Z)
    assert (reviews(town_file), reviews(copy)) == ({}, {3: ("no-damage", None)})
    project.removeMapLayer(other.id())
    project.removeMapLayer(town_layer.id())
    assert dock.session is None
    assert "no damage layer" in dock.face.progress.text()
    press(Qt.Key.Key_4)


def test_a_project_that_is_closed(dock, town_layer, press):
    press(Qt.Key.Key_4)
    QgsProject.instance().clear()
    QApplication.processEvents()
    assert dock.session is None
    press(Qt.Key.Key_4)


def test_a_layer_in_edit_mode_and_a_read_only_one_are_told(dock, town_layer, town_file, press):
    town_layer.startEditing()
    assert "saved with the edits of the layer" in dock.face.progress.text()
    press(Qt.Key.Key_4)
    assert "saved with the edits of the layer" in dock.face.progress.text()
    assert reviews(town_file) == {}
    town_layer.commitChanges()
    assert dock.face.progress.text() == "1 of 12 done"
    assert reviews(town_file) == {3: ("destroyed", None)}
    town_layer.setReadOnly(True)
    press(Qt.Key.Key_1)
    assert "read-only" in dock.notice.text()
    assert len(reviews(town_file)) == 1


def test_the_table_compares_model_and_reviewer(dock, town_layer, press, wait_until):
    dock.tabs.setCurrentIndex(1)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_4):
        press(key)
    confusion = dock.face.confusion
    wait_until(lambda: "2 of 3 buildings (67\u00a0%)" in confusion.summary.text())
    assert "<b>" in confusion.table.text()


def test_the_class_of_an_adaptation_is_shown_and_accepted(dock, town_layer, town_file, press):
    town_layer.startEditing()
    town_layer.changeAttributeValue(3, town_layer.fields().indexOf("adapted_class"), "destroyed")
    town_layer.commitChanges()
    dock.session.read()
    dock.session.go_to(3)
    assert dock.face.card.title.text() == "Building 3 · model: Major damage"
    assert dock.face.card.review.text() == "adapted: Destroyed · 100 m² · not reviewed"
    press(Qt.Key.Key_Return)
    assert reviews(town_file) == {3: ("destroyed", None)}


def test_numbers_in_the_legend_follow_where_they_are_shown(dock, town_layer, project, press, wait_until):
    key = next(item.ruleKey() for item in town_layer.renderer().legendSymbolItems() if item.label() == "Destroyed")
    project.layerTreeRoot().findLayer(town_layer.id()).setCustomProperty("showFeatureCount", 1)
    town_layer.countSymbolFeatures()
    wait_until(lambda: town_layer.featureCount(key) == 2)
    press(Qt.Key.Key_4)
    wait_until(lambda: town_layer.featureCount(key) == 3)
