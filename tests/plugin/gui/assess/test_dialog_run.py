"""A run that is started in the dialog: its progress, its result in the project, and how it is ended."""

from __future__ import annotations

import os
import tempfile
import threading

import pytest
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsProxyProgressTask,
    QgsRectangle,
    QgsTask,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QThread
from qgis.PyQt.QtWidgets import QPushButton

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.gui.assess.replace_question import Answer


def messages(bar):
    return [item.text() for item in bar.items()]


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


def test_names_with_angles_survive_the_message_bar(make_dialog, interface, wait_until):
    dialog = make_dialog()
    dialog.close()
    dialog._messages.report("cell size < 0.3 m; file “R&D <neu>.tif”", Qgis.MessageLevel.Critical)
    wait_until(lambda: interface.bar.items())
    assert "&lt;neu&gt;" in messages(interface.bar)[-1]


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


def test_warnings_are_told_though_the_project_was_closed(make_dialog, fake_engine, wait_until, project):
    dialog = make_dialog()
    dialog.run()
    dialog.task.warnings.append("half a warning")
    project.clear()
    wait_until(lambda: dialog.task is None)
    assert "half a warning" in dialog.notice.text()


def test_going_on_in_the_background_wears_no_cross(make_dialog, fake_engine, wait_until):
    fake_engine("slow")
    dialog = make_dialog()
    dialog.run()
    assert "background" in dialog.close_button.text()
    assert dialog.close_button.icon().isNull()
    dialog.cancel()
    wait_until(lambda: dialog.task is None)


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
