"""The panel that adapts: measured, applied and taken back by the real engine."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer

from tests.plugin.results.result_file import PYTHON, write_result_file
from xview2_qgis.gui.review.adapt_panel import AdaptPanel


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_result_file(tmp_path_factory.mktemp("result") / "out.gpkg", 120)


@pytest.fixture
def layer(written, project, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    path = tmp_path / "out.gpkg"
    path.write_bytes(open(written, "rb").read())  # noqa: SIM115 - read at once
    return project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage"))


@pytest.fixture
def panel(interface, layer):
    panel = AdaptPanel(interface, interface.window)
    interface.window.setCentralWidget(panel)
    interface.window.show()
    panel.set_layer(layer)
    yield panel
    panel.set_layer(None)


def review(layer, number):
    """Review the first buildings: what the model takes for destroyed with a tenth of its probability is destroyed."""
    field = layer.fields().indexOf("review_class")
    layer.dataProvider().changeAttributeValues({
        feature.id(): {field: "destroyed" if feature["p_destroyed"] > 0.1 else feature["damage_class"]}
        for feature in layer.getFeatures() if feature["building_id"] <= number and feature["damage"]
    })  # fmt: skip


def ended(panel, wait_until):
    assert not panel.measure_button.isEnabled()
    wait_until(lambda: panel.measure_button.isEnabled(), 60)


def classes(layer, field):
    layer.dataProvider().reloadData()
    return [feature[field] for feature in layer.getFeatures()]


def test_measure_apply_and_take_back(panel, layer, wait_until):
    review(layer, 60)
    before = classes(layer, "final_class")
    told = []
    panel.written.connect(lambda: told.append(True))
    assert not panel.apply_button.isEnabled()
    panel.measure_button.click()
    ended(panel, wait_until)
    assert panel.table.isVisible()
    assert float(panel.table.item(0, 2).text()) > float(panel.table.item(0, 1).text())
    assert panel.remark.text().startswith("Adapting helps")
    assert (told, classes(layer, "final_class")) == ([], before)

    panel.apply_button.click()
    ended(panel, wait_until)
    assert panel.remark.text().startswith("Adapted: ")
    assert told == [True]
    after = classes(layer, "final_class")
    assert after.count("destroyed") > before.count("destroyed")
    assert all(final == review for final, review in zip(after, classes(layer, "review_class"), strict=True) if review)

    panel.undo_button.click()
    ended(panel, wait_until)
    assert panel.remark.text().startswith("Taken back: ")
    assert classes(layer, "final_class") == before


def test_what_stands_in_the_way_is_told(panel, layer, wait_until):
    panel.measure_button.click()
    ended(panel, wait_until)
    assert "too few" in panel.notice.text()
    assert not panel.apply_button.isEnabled()
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().indexOf("review_note"), "seen")
    panel.measure()
    assert "Save the edits" in panel.notice.text()
    assert layer.rollBack()
    panel.set_layer(None)
    assert not panel.measure_button.isEnabled()
    panel.set_layer(QgsVectorLayer("Polygon?crs=EPSG:4326", "memory", "memory"))
    panel.measure()
    assert "GeoPackage" in panel.notice.text()


def test_another_layer_does_not_hear_of_the_first(panel, layer):
    review(layer, 60)
    panel.measure()
    panel.set_layer(None)
    assert panel.remark.text() == ""
    assert not panel.table.isVisible()
