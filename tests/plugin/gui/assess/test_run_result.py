"""What a finished run does to the map, the layers and the messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import Qgis, QgsRasterLayer, QgsRectangle
from qgis.gui import QgsMessageLogViewer
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QPlainTextEdit, QPushButton

from tests.plugin.drawn_layers import polygon_layer
from xview2_qgis.gui import messages

YELLOW, GREEN = "#fff6da", "#e6f4e4"


@pytest.fixture
def finished(make_dialog, fake_engine, wait_until, interface):
    """Run an assessment, with something done meanwhile, and return the dialog when the main window has its message."""

    def finished(meanwhile=lambda dialog: None, behaviour="good"):
        fake_engine(behaviour)
        interface.canvas.setExtent(QgsRectangle(400000, 3900000, 400100, 3900100))
        dialog = make_dialog()
        dialog.outputs.with_report.setChecked(True)
        dialog.run()
        meanwhile(dialog)
        wait_until(lambda: dialog.task is None)
        wait_until(lambda: any("2 buildings" in item.text() for item in interface.bar.items()))
        return dialog

    return finished


def titles(widget):
    return [button.text() for button in widget.findChildren(QPushButton) if not button.isHidden()]


def press(widget, title):
    [button] = [button for button in widget.findChildren(QPushButton) if button.text() == title]
    button.click()


def sees_result(interface):
    return interface.canvas.extent().intersects(QgsRectangle(500000, 4000000, 500100, 4000100))


def test_who_waits_is_shown_the_result(finished, interface):
    dialog = finished()
    assert sees_result(interface)
    assert titles(dialog.notice) == ["Open report", "Review", "Deliver"]


@pytest.mark.parametrize("behaviour", ["closes the dialog", "moves the map", "edits"])
def test_who_works_elsewhere_is_not_interrupted(finished, interface, project, behaviour):
    seen = []

    def work(dialog):
        if behaviour == "closes the dialog":
            dialog.close()
        elif behaviour == "edits":
            polygon_layer(project).startEditing()
        else:
            interface.canvas.setExtent(QgsRectangle(300000, 3800000, 300100, 3800100))
        seen.append(interface.canvas.extent())

    finished(work)
    assert interface.canvas.extent() == seen[0]
    [item] = interface.bar.items()
    assert titles(item) == ["Zoom to result", "Open report", "Review", "Deliver", "Details"]
    press(item, "Zoom to result")
    assert sees_result(interface)


def test_details_are_in_the_dialog(finished, interface):
    dialog = finished(lambda dialog: dialog.close())
    [item] = interface.bar.items()
    assert "the post-event image is dark" not in item.text()
    press(item, "Details")
    assert dialog.isVisible()
    assert "the post-event image is dark" in dialog.notice.text()


def test_the_report_is_opened(finished, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    dialog = finished()
    press(dialog.notice, "Open report")
    assert [Path(path) for path in opened] == [tmp_path / "pre_damage.html"]


def test_the_review_of_the_result_is_asked_for(finished, project):
    dialog, wanted = finished(), []
    dialog.window_wanted.connect(lambda name, layer: wanted.append((name, layer.featureCount())))
    press(dialog.notice, "Review")
    assert wanted == [("Review", 2)]
    project.removeAllMapLayers()
    press(dialog.notice, "Review")
    assert len(wanted) == 1


def test_a_warned_result_is_yellow_and_a_plain_one_green(finished, interface):
    dialog = finished()
    assert YELLOW in dialog.notice.styleSheet()
    [item] = interface.bar.items()
    assert item.level() == Qgis.MessageLevel.Warning
    assert item.text() == "Check this result: 2 buildings, 1 destroyed"


def test_a_warning_about_the_machine_is_no_doubt(finished, interface, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_WARNS", "device-fallback")
    dialog = finished()
    assert YELLOW in dialog.notice.styleSheet()
    [item] = interface.bar.items()
    assert (item.text(), item.level()) == ("2 buildings, 1 destroyed", Qgis.MessageLevel.Warning)


@pytest.mark.parametrize("code", ["device-fallback", "batch-halved"])
def test_another_device_or_smaller_batches_are_said_in_every_place(finished, interface, qgis_app, monkeypatch, code):
    """Behind the message of the main window, in the dialog, in its log and in that of QGIS."""
    monkeypatch.setenv("FAKE_ENGINE_WARNS", code)
    monkeypatch.setenv("FAKE_ENGINE_SAYS", "cuda does not work and is not used")
    viewer = QgsMessageLogViewer()
    dialog = finished(lambda dialog: dialog.close())
    [item] = interface.bar.items()
    assert "Details" in titles(item)
    assert "Warning: cuda does not work and is not used." in dialog.notice.text()
    assert "Warning: cuda does not work and is not used" in dialog.progress.log.toPlainText()
    qgis_app.processEvents()
    assert any("cuda does not work" in edit.toPlainText() for edit in viewer.findChildren(QPlainTextEdit))


def test_a_plain_result_is_green_and_goes_away(finished, interface, wait_until, monkeypatch):
    monkeypatch.setattr(messages, "GOOD_NEWS_MS", 1000)
    dialog = finished(behaviour="garbage")
    assert GREEN in dialog.notice.styleSheet()
    assert "Details" not in titles(interface.bar.items()[0])
    wait_until(lambda: not interface.bar.items())
    dialog.close()
    dialog.show()
    assert dialog.notice.text() == ""
    assert dialog.progress.stage.text() == ""


def test_the_next_message_takes_the_place_of_the_one_before(finished, interface, wait_until):
    dialog = finished()
    dialog.run()
    assert interface.bar.items() == []
    wait_until(lambda: dialog.task is None)
    wait_until(lambda: interface.bar.items())
    assert len(interface.bar.items()) == 1


def test_the_post_event_image_lies_directly_below_the_result(finished, project, image_pair):
    def work(dialog):
        project.addMapLayer(QgsRasterLayer(image_pair[0], "pre on top"))
        hidden = project.layerTreeRoot().findLayer(project.mapLayersByName("after")[0])
        hidden.setItemVisibilityChecked(False)

    finished(work)
    names = [node.name() for node in project.layerTreeRoot().children()]
    assert names[1:] == ["after", "pre on top", "before"]
    assert project.layerTreeRoot().children()[1].isVisible()


def test_nothing_of_a_run_survives_into_another_project(finished, project, interface, tmp_path):
    dialog = finished()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "typed.gpkg"))
    project.clear()
    assert (dialog.notice.text(), dialog.progress.stage.text()) == ("", "")
    assert dialog.outputs.paths()[0] == ""
    assert interface.bar.items() == []
    assert not dialog.progress.isVisible()
