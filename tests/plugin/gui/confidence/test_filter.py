"""The filter on confidence, on a real layer in real QGIS."""

from __future__ import annotations

import os

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorFileWriter, QgsVectorLayer
from qgis.PyQt.QtCore import QEventLoop, QTimer

from xview2_qgis.gui.confidence import dialog as confidence_dialog
from xview2_qgis.gui.confidence.dialog import ConfidenceDialog
from xview2_qgis.gui.confidence.filter import ConfidenceFilter, Show, is_damage_layer, is_lost

CONFIDENCES = [0.3, 0.5, 0.7, 0.9, None]


@pytest.fixture
def layer(qgis_app, tmp_path):
    memory = QgsVectorLayer(
        "Polygon?crs=EPSG:32618&field=damage_class:string&field=confidence:double&field=area_m2:double", "m", "memory"
    )
    for number, confidence in enumerate(CONFIDENCES):
        feature = QgsFeature(memory.fields())
        feature.setAttributes(["unknown" if confidence is None else "minor", confidence, 10.0 * number])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(number, 0, number + 0.5, 1)))
        memory.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "damage"
    path = str(tmp_path / "damage.gpkg")
    QgsVectorFileWriter.writeAsVectorFormatV3(memory, path, QgsProject.instance().transformContext(), options)
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    assert layer.featureCount() == len(CONFIDENCES)
    yield layer
    QgsProject.instance().removeAllMapLayers()


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (ConfidenceFilter(Show.SURE, 0.5), 4),
        (ConfidenceFilter(Show.SURE, 0.51), 3),
        (ConfidenceFilter(Show.SURE, 0.5, unknown=False), 3),
        (ConfidenceFilter(unknown=False), 4),
        (ConfidenceFilter(), 5),
        (ConfidenceFilter(Show.DOUBTFUL, 0.5), 2),
        (ConfidenceFilter(Show.DOUBTFUL, 0.51, unknown=False), 2),
        (ConfidenceFilter(Show.DOUBTFUL, 0.6, other='"area_m2" < 5'), 1),
        (ConfidenceFilter(Show.SURE, 0.5, other='"area_m2" < 25 OR "area_m2" = 40'), 3),
        (ConfidenceFilter(other='"area_m2" < 25'), 3),
        (ConfidenceFilter(Show.SURE, 0.5, other='"area_m2" < 25 OR "damage_class" = \')\''), 2),
    ],
)
def test_filter(layer, wanted, count):
    assert wanted.apply(layer)
    assert layer.featureCount() == count
    assert ConfidenceFilter.of(layer) == wanted


def test_a_filter_of_somebody_else_comes_back(layer):
    layer.setSubsetString('"area_m2" > 5')
    assert ConfidenceFilter(Show.SURE, 0.6, other=ConfidenceFilter.of(layer).other).apply(layer)
    assert layer.featureCount() == 3
    assert ConfidenceFilter(other=ConfidenceFilter.of(layer).other).apply(layer)
    assert layer.subsetString() == '"area_m2" > 5'


def test_what_is_a_damage_layer(layer, qgis_app):
    assert is_damage_layer(layer)
    assert not is_damage_layer(None)
    assert not is_damage_layer(QgsVectorLayer("Polygon?field=confidence:double", "other", "memory"))


def wait(milliseconds):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@pytest.fixture
def dialog(interface):
    dialog = ConfidenceDialog(interface)
    dialog.show()
    yield dialog
    dialog.shut_down()
    dialog.deleteLater()


def test_slider(dialog, layer):
    assert "no damage layer" in dialog.shown.text()
    assert not dialog.slider.isEnabled()
    other = QgsVectorLayer("Polygon?field=name:string", "other", "memory")
    QgsProject.instance().addMapLayers([other, layer])
    assert dialog.layer.count() == 1
    assert dialog.layer.currentLayer() == layer
    assert dialog.shown.text().startswith("5 of 5 buildings are shown.")
    dialog.slider.setValue(60)
    assert dialog.percent.value() == 60
    wait(400)
    assert layer.subsetString() == '("confidence" >= 0.60 OR "confidence" IS NULL)'
    assert dialog.shown.text().startswith("3 of 5 buildings are shown.")
    dialog.unknown.setChecked(False)
    wait(400)
    assert dialog.shown.text().startswith("2 of 5 buildings are shown.")
    dialog.all_button.click()
    assert (layer.subsetString(), dialog.percent.value()) == ("", 0)
    assert dialog.shown.text().startswith("5 of 5 buildings are shown.")


def test_the_doubtful_ones(dialog, layer):
    QgsProject.instance().addMapLayer(layer)
    dialog.show_choices[Show.DOUBTFUL].click()
    assert (dialog.percent.value(), dialog.limit_title.text()) == (60, "&Confidence below")
    dialog.unknown.setChecked(False)
    dialog.apply()
    assert layer.subsetString() == '("confidence" < 0.60)'
    assert sorted(feature["confidence"] for feature in layer.getFeatures()) == [0.3, 0.5]
    assert dialog.shown.text() == (
        "2 of 5 buildings are shown. Statistics and exports of the layer use these only."
    )  # fmt: skip
    dialog.show_choices[Show.SURE].click()
    dialog.apply()
    assert sorted(feature["confidence"] for feature in layer.getFeatures()) == [0.7, 0.9]
    dialog.show_all()
    assert dialog.shown.text() == "5 of 5 buildings are shown."
    assert dialog.show_choices[Show.ALL].isChecked()


def test_it_starts_with_what_the_layer_shows(dialog, layer):
    ConfidenceFilter(Show.SURE, 0.5, unknown=False, other='"area_m2" >= 0').apply(layer)
    QgsProject.instance().addMapLayer(layer)
    assert (dialog.percent.value(), dialog.unknown.isChecked()) == (50, False)
    assert dialog.shown.text().startswith("3 of 5 buildings are shown.")
    dialog.show_all()
    assert layer.subsetString() == '"area_m2" >= 0'


def test_a_layer_that_is_being_edited(dialog, layer):
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    dialog.percent.setValue(60)
    wait(400)
    assert "being edited" in dialog.notice.text()
    assert (layer.featureCount(), dialog.percent.value(), dialog.slider.value()) == (5, 0, 0)
    layer.rollBack()
    dialog.percent.setValue(60)
    dialog.apply()
    assert dialog.notice.text() == ""
    assert layer.featureCount() == 3


def test_a_select_statement_is_left_alone(dialog, layer):
    statement = 'SELECT * FROM damage WHERE "confidence" < 0.8'
    assert layer.setSubsetString(statement)
    QgsProject.instance().addMapLayer(layer)
    assert "full SQL query" in dialog.notice.text()
    assert not dialog.slider.isEnabled()
    dialog.apply()
    assert layer.subsetString() == statement
    assert dialog.shown.text().startswith("3 of 3 buildings are shown.")


def test_a_repaired_layer_is_offered(dialog, layer):
    broken = QgsVectorLayer("nowhere.gpkg|layername=damage", "damage", "ogr")
    QgsProject.instance().addMapLayer(broken)
    assert dialog.layer.count() == 0
    broken.setDataSource(layer.source(), "damage", "ogr")
    dialog.refresh()
    assert dialog.shown.text().startswith("5 of 5 buildings are shown.")


def test_the_layer_is_removed(dialog, layer):
    QgsProject.instance().addMapLayer(layer)
    dialog.percent.setValue(50)
    QgsProject.instance().removeMapLayer(layer.id())
    wait(400)
    assert "no damage layer" in dialog.shown.text()


def test_a_filter_that_only_looks_like_ours_is_left_alone(layer):
    subset = '("area_m2" < 5) OR ("area_m2" < 25) AND ("confidence" >= 0.30)'
    assert layer.setSubsetString(subset)
    assert ConfidenceFilter.of(layer) == ConfidenceFilter(other=subset)


def test_a_lost_file_is_told_and_not_filtered(dialog, layer):
    QgsProject.instance().addMapLayer(layer)
    os.remove(layer.source().split("|")[0])
    assert is_lost(layer)
    dialog.percent.setValue(50)
    wait(400)
    assert "moved or deleted" in dialog.notice.text()
    assert not dialog.slider.isEnabled()
    assert layer.subsetString() == ""


def test_a_filter_set_elsewhere_shows(dialog, layer):
    QgsProject.instance().addMapLayer(layer)
    assert ConfidenceFilter(Show.SURE, 0.51).apply(layer)
    assert dialog.percent.value() == 51
    assert dialog.shown.text().startswith("3 of 5 buildings are shown.")


def test_nothing_is_counted_while_nobody_looks(dialog, layer, monkeypatch):
    dialog.hide()
    monkeypatch.setattr(confidence_dialog, "take_census", lambda *_: pytest.fail("counted"))
    QgsProject.instance().addMapLayer(layer)
    monkeypatch.undo()
    dialog.show()
    assert dialog.shown.text().startswith("5 of 5 buildings are shown.")
