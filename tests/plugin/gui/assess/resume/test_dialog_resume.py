"""Going on with an unfinished run from the dialog, and from the message bar when QGIS starts."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from qgis.PyQt.QtWidgets import QPushButton

from tests.plugin.gui.assess.resume.interrupted_run import interrupt
from xview2_qgis.assessment.unfinished import remember, remembered_run
from xview2_qgis.protocol.journal.unfinished_run import unfinished_folder


def buttons(widget):
    return {button.text(): button for button in widget.findChildren(QPushButton) if button.isVisibleTo(widget)}


@pytest.fixture
def recorded(monkeypatch, tmp_path):
    """The arguments that the engine was started with."""
    record = tmp_path / "record.json"
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(record))
    return lambda: json.loads(record.read_text())["arguments"]


@pytest.fixture
def request_of_dialog(make_dialog, tmp_path):
    dialog = make_dialog()
    return dialog, dialog.request(tmp_path)


def test_nothing_is_offered_where_there_is_nothing(make_dialog):
    dialog = make_dialog()
    assert not dialog.offer.isVisible()
    assert dialog.offer.run is None


def test_an_unfinished_run_of_the_output_is_offered_and_gone_on_with(
    request_of_dialog, fake_engine, wait_until, recorded, project
):
    dialog, request = request_of_dialog
    interrupt(request, tta="mirror")
    dialog.close()
    dialog.show()
    assert dialog.offer.isVisible()
    assert "12 of 40 rows of tiles done" in dialog.offer.text()
    assert "gives up what is done" in dialog.offer.text()
    assert set(buttons(dialog.offer)) == {"Resume", "Start anew"}
    buttons(dialog.offer)["Resume"].click()
    assert dialog.task is not None
    assert not dialog.offer.isVisible()
    shutil.rmtree(unfinished_folder(request.output))  # the engine does it
    wait_until(lambda: dialog.task is None)
    given = recorded()
    assert "--resume" in given
    assert "--tta=mirror" in given  # as it was, whatever the dialog says now
    assert f"--output={request.output}" in given
    assert project.layerTreeRoot().children()[0].name() == "Damage – post"
    assert not dialog.offer.isVisible()
    assert remembered_run() is None


def test_reviews_made_since_are_carried_over(request_of_dialog, fake_engine, wait_until, recorded):
    dialog, request = request_of_dialog
    with closing(sqlite3.connect(request.output)) as database, database:
        database.execute("create table damage (review_class text)")
        database.execute("insert into damage values ('destroyed')")
    dialog.resume(interrupt(request, overwrite=True, discard_reviews=True))
    assert f"reviews in “{request.output.name}” are carried over" in dialog.notice.text()
    wait_until(lambda: dialog.task is None)
    assert "--keep-reviews" in recorded()
    assert "--discard-reviews" not in recorded()


def test_starting_anew_does_not_resume(request_of_dialog, fake_engine, wait_until, recorded):
    dialog, request = request_of_dialog
    interrupt(request)
    dialog.close()
    dialog.show()
    buttons(dialog.offer)["Start anew"].click()
    wait_until(lambda: dialog.task is None)
    assert "--resume" not in recorded()


def test_another_name_takes_the_offer_away(request_of_dialog, tmp_path):
    dialog, request = request_of_dialog
    interrupt(request)
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "other.gpkg"))
    assert not dialog.offer.isVisible()
    dialog.outputs.geopackage.setFilePath(str(request.output))
    assert dialog.offer.isVisible()


@pytest.mark.parametrize("way", ["cancelled", "failed"])
def test_after_an_end_without_result_the_message_has_a_button(
    request_of_dialog, fake_engine, wait_until, monkeypatch, interface, way
):
    monkeypatch.setenv("FAKE_ENGINE", "slow" if way == "cancelled" else "crash")
    dialog, request = request_of_dialog
    dialog.run()
    interrupt(request, done=3)
    if way == "cancelled":
        dialog.close()
        dialog.cancel()
        assert "kept" in dialog.progress.stage.text()
    wait_until(lambda: dialog.task is None)
    assert "3 of 40 rows of tiles are kept" in dialog.notice.text()
    assert "nothing was written" not in dialog.notice.text()
    assert "Resume" in buttons(dialog.notice)
    monkeypatch.setenv("FAKE_ENGINE", "good")
    if way == "cancelled":
        # the window is closed: the button is in the main window, too
        wait_until(lambda: any("Resume" in buttons(item) for item in interface.bar.items()))
        buttons(interface.bar.items()[-1])["Resume"].click()
    else:
        buttons(dialog.notice)["Resume"].click()
    assert dialog.task is not None
    assert dialog.task.request.resume
    wait_until(lambda: dialog.task is None)


def test_a_run_that_keeps_nothing_says_so(make_dialog, fake_engine, wait_until, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE", "slow")
    dialog = make_dialog()
    dialog.run()
    dialog.cancel()
    wait_until(lambda: dialog.task is None)
    assert "nothing was written" in dialog.notice.text()
    assert buttons(dialog.notice) == {}
    assert remembered_run() is None


def test_copied_polygons_stay_for_the_resumed_run(make_dialog, fake_engine, wait_until, monkeypatch, interface):
    """A new copy would be another file, and the engine would refuse it."""
    monkeypatch.setenv("FAKE_ENGINE", "slow")
    dialog = make_dialog()
    dialog.area.view.setChecked(True)
    interface.canvas.setExtent(dialog.post.layer().extent())
    dialog.run()
    request = dialog.task.request
    interrupt(request)
    dialog.cancel()
    wait_until(lambda: dialog.task is None)
    assert Path(request.aoi).is_file()
    monkeypatch.setenv("FAKE_ENGINE", "good")
    buttons(dialog.notice)["Resume"].click()
    assert dialog.task.request.aoi == request.aoi
    shutil.rmtree(unfinished_folder(request.output))
    wait_until(lambda: dialog.task is None)
    assert not Path(request.aoi).exists()


def test_a_run_of_another_output_is_offered_by_itself(make_dialog, tmp_path):
    dialog = make_dialog()
    request = dialog.request(tmp_path)
    run = interrupt(request)
    remember(request.output)
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "other.gpkg"))
    assert dialog.offer.run == run
    assert set(buttons(dialog.offer)) == {"Resume"}
