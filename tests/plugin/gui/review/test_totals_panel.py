"""The panel with the totals: a sample drawn by the real engine, reviews in the layer, numbers in the table."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox

from tests.plugin.results.result_file import PYTHON, write_result_file
from xview2_qgis.gui.review.totals_panel import TotalsPanel
from xview2_qgis.results.stored_totals import totals_of_layer


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_result_file(tmp_path_factory.mktemp("result") / "out.gpkg")


@pytest.fixture
def layer(written, project, tmp_path, monkeypatch):
    """A damage layer of 200 buildings in the project."""
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    path = tmp_path / "out.gpkg"
    path.write_bytes(open(written, "rb").read())  # noqa: SIM115 - read at once
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage")
    assert layer.isValid()
    return project.addMapLayer(layer)


@pytest.fixture
def panel(interface, layer):
    panel = TotalsPanel(interface, interface.window)
    interface.window.setCentralWidget(panel)
    interface.window.show()
    panel.set_layer(layer)
    yield panel
    panel.set_layer(None)


def cell(panel, title, column):
    rows = [r for r in range(panel.table.rowCount()) if panel.table.item(r, 0).text() == title]
    return panel.table.item(rows[0], column).text()


def drawn(panel, wait_until, size=40):
    panel.number.setValue(size)
    panel.draw_button.click()
    assert not panel.draw_button.isEnabled()
    wait_until(lambda: panel.draw_button.isEnabled(), 60)
    return [building.building_id for building in totals_of_layer(panel._layer).sample.drawn]


def review(layer, ids, word, save=True):
    layer.startEditing()
    field = layer.fields().indexOf("review_class")
    for feature in layer.getFeatures():
        if feature["building_id"] in ids:
            layer.changeAttributeValue(feature.id(), field, word)
    if save:
        assert layer.commitChanges()


def test_sample_review_estimate(panel, layer, wait_until, tmp_path, monkeypatch):
    assert cell(panel, "All buildings", 1) == "200"
    assert cell(panel, "Not assessable", 1) == "4"
    assert cell(panel, "Destroyed", 2) == "–"
    assert "No sample" in panel.remark.text()
    told = []
    panel.written.connect(lambda: told.append(True))
    ids = drawn(panel, wait_until)
    assert len(ids) == 40
    assert told == [True]
    assert "0 of 40" in panel.remark.text()

    review(layer, set(ids), "no-damage", save=False)
    panel.refresh()
    assert "40 of 40" in panel.remark.text()  # also before they are saved
    assert cell(panel, "No damage", 2) == "196"
    assert cell(panel, "Destroyed", 2) == "0"
    assert layer.rollBack()
    panel.refresh()
    assert "0 of 40" in panel.remark.text()

    review(layer, set(ids), "no-damage")
    layer.setSubsetString("building_id < 20")  # a filter hides buildings, and changes no total
    panel.refresh()
    assert cell(panel, "All buildings", 1) == "200"
    low, high = cell(panel, "Destroyed", 3).split(" – ")
    assert low == "0"
    assert int(high) > 5

    panel.copy_button.click()
    assert QGuiApplication.clipboard().text().startswith("category\tcounted\testimate\tlow\thigh\nbuildings\t200\t")
    saved = tmp_path / "totals.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    panel.save_button.click()
    assert "destroyed," in saved.read_text()


def test_another_sample_is_asked_for(panel, layer, wait_until, monkeypatch):
    first = drawn(panel, wait_until)
    review(layer, set(first[:3]), "destroyed")
    panel.refresh()
    asked = []
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *given: asked.append(given) or answers[len(asked) - 1])
    panel.draw_button.click()
    assert "3 of 40 buildings" in asked[0][2]
    assert panel.draw_button.isEnabled()
    again = drawn(panel, wait_until)
    assert not set(again) & set(first[:3])
    panel.draw_button.click()
    assert len(asked) == 2  # nothing of the new sample is reviewed
    wait_until(lambda: panel.draw_button.isEnabled(), 60)


def test_edits_are_saved_first(panel, layer):
    review(layer, {5}, "destroyed", save=False)
    panel.refresh()
    panel.draw_button.click()
    assert "Save the edits" in panel.notice.text()
    layer.rollBack()


def test_other_layers_and_none(panel, project):
    panel.set_layer(QgsVectorLayer("Polygon?crs=EPSG:32618&field=damage_class:string", "memory", "memory"))
    assert not panel.draw_button.isEnabled()
    assert "GeoPackage" in panel.remark.text()
    panel.set_layer(None)
    assert panel.table.rowCount() == 0
    assert "Choose a damage layer" in panel.remark.text()


def test_without_an_engine_it_says_so(panel, monkeypatch, tmp_path):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(tmp_path / "nothing"))
    panel.draw_button.click()
    assert panel.notice.text()
    assert QgsProject.instance() is not None
