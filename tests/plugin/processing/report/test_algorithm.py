"""``xview2:report`` with the real engine."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsVectorLayer,
)

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, write_result_file


@pytest.fixture
def layer(project, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    path = write_result_file(tmp_path / "out.gpkg")
    return project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage"))


def test_the_page_counts_by_zones_of_a_layer_in_memory(algorithm, project, layer, tmp_path):
    del algorithm  # registers the provider
    box = layer.extent()
    zones = QgsVectorLayer(f"Polygon?crs={layer.crs().authid()}&field=called:string", "zones", "memory")
    feature = QgsFeature(zones.fields())
    feature.setGeometry(QgsGeometry.fromRect(box))
    feature["called"] = "Old town"
    zones.dataProvider().addFeatures([feature])
    feedback, context = Feedback(), QgsProcessingContext()
    context.setProject(project)
    found = QgsApplication.processingRegistry().algorithmById("xview2:report")
    page = tmp_path / "report.html"
    parameters = {"RESULT": layer, "ZONES": zones, "ZONE_NAME": "called", "OUTPUT": str(page)}
    outputs, ok = found.run(parameters, context, feedback, {}, False)
    assert ok, feedback.errors
    assert outputs["BUILDINGS"] == 200
    text = page.read_text(encoding="utf-8")
    assert "Old town" in text
    assert 'data-key="buildings" data-value="200"' in text
    assert str(tmp_path) not in text


def test_edits_are_saved_first(algorithm, project, layer, tmp_path):
    del algorithm
    layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    feedback, context = Feedback(), QgsProcessingContext()
    context.setProject(project)
    found = QgsApplication.processingRegistry().algorithmById("xview2:report")
    _, ok = found.run({"RESULT": layer, "OUTPUT": str(tmp_path / "a.html")}, context, feedback, {}, False)
    layer.rollBack()
    assert not ok
    assert "being edited" in "".join(feedback.errors)
    assert not (tmp_path / "a.html").exists()
