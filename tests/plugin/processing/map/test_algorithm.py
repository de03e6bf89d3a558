"""``xview2:map`` as Processing runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QImage

from tests.plugin.map_layout.drawn_result import CORNER, write_image
from tests.plugin.recording_feedback import Feedback


@pytest.fixture
def run(algorithm, project):
    """Run the algorithm; return its outputs and the feedback."""
    del algorithm  # registers the provider

    def start(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById("xview2:map")
        parameters = {"LANGUAGE": "en", "DPI": 60, **parameters}
        outputs, ok = found.run(parameters, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback

    return start


@pytest.fixture
def pictured(town_layer, town_file):
    write_image(Path(town_file).with_name("post.tif"))
    return town_layer


def test_files_and_a_layout_that_stays(run, pictured, project, tmp_path):
    outputs, feedback = run(
        RESULT=pictured, TITLE="Antakya", PDF=str(tmp_path / "map.pdf"), PNG=str(tmp_path / "map.png"), KEEP=True
    )
    assert not feedback.warnings
    assert gdal.Open(outputs["PDF"]).GetGeoTransform()[1] > 0
    assert not QImage(outputs["PNG"]).isNull()
    assert outputs["FILES"].splitlines() == [outputs["PDF"], outputs["PNG"]]
    assert (outputs["PAGES"], outputs["LAYOUT"]) == (1, "Antakya")
    layout = project.layoutManager().layoutByName("Antakya")
    page_map = layout.referenceMap()
    assert page_map.scale() == pytest.approx(outputs["MAP_SCALE"])
    # the layer of the user and no copy of it; the image was not there
    assert [layer.id() for layer in page_map.layers() if layer.name() == "town"] == [pictured.id()]
    assert all(project.mapLayer(layer.id()) is not None for layer in page_map.layers())
    shown = {node.layer().name(): node.isVisible() for node in project.layerTreeRoot().findLayers()}
    assert shown["post"] is False
    # what is kept is read again
    project.setFileName(str(tmp_path / "kept.qgz"))
    assert project.write()
    again = QgsProject()
    assert again.read(str(tmp_path / "kept.qgz"))
    assert len(again.layoutManager().layoutByName("Antakya").referenceMap().layers()) == len(page_map.layers())
    outputs, _ = run(RESULT=pictured, TITLE="Antakya", KEEP=True)
    assert outputs["LAYOUT"] == "Antakya (2)"
    assert len([layer for layer in project.mapLayers().values() if layer.name() == "post"]) == 1


def test_a_page_for_each_zone(run, pictured, project, tmp_path):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32616&field=name:string(40)", "districts", "memory")
    for name, west, east in (("East", 45, 110), ("West", 0, 45)):
        feature = QgsFeature(layer.fields())
        feature["name"] = name
        box = QgsRectangle(CORNER[0] + west, CORNER[1] - 110, CORNER[0] + east, CORNER[1])
        feature.setGeometry(QgsGeometry.fromRect(box))
        layer.dataProvider().addFeature(feature)
    project.addMapLayer(layer)
    outputs, feedback = run(
        RESULT=pictured, ZONES=layer, ZONE_FIELD="name", PDF=str(tmp_path / "m.pdf"), PNG=str(tmp_path / "m.png"),
        PAGE_NAME="{number}-{zone}",
    )  # fmt: skip
    assert outputs["PAGES"] == 2
    names = [Path(path).name for path in outputs["FILES"].splitlines()]
    assert names == ["001-East.pdf", "002-West.pdf", "001-East.png", "002-West.png"]
    assert all((tmp_path / name).stat().st_size for name in names)
    assert feedback.percentages[-1] == 100


def test_what_cannot_be_done_is_said(run, town_layer, project, tmp_path):
    with pytest.raises(QgsProcessingException, match="Choose a PDF"):
        run(RESULT=town_layer, KEEP=False)
    outputs, feedback = run(RESULT=town_layer, PNG=str(tmp_path / "map.png"))
    assert any("post.tif" in warning for warning in feedback.warnings)
    assert Path(outputs["PNG"]).exists()
    other = project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32618", "memory", "memory"))
    with pytest.raises(QgsProcessingException, match="damage layer of an assessment"):
        run(RESULT=other, PNG=str(tmp_path / "map.png"))
    town_layer.setSubsetString("final_class = 'destroyed'")
    outputs, feedback = run(RESULT=town_layer, KEEP=True, IMAGE="none")
    assert any("is filtered" in warning for warning in feedback.warnings)
    assert "PDF" not in outputs


def test_it_needs_no_engine_and_runs_in_the_main_thread(run, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", "/nowhere")
    algorithm = QgsApplication.processingRegistry().algorithmById("xview2:map")
    assert algorithm.canExecute() == (True, "")
    assert algorithm.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading
    assert algorithm.shortHelpString()
    for parameter in algorithm.parameterDefinitions():
        assert parameter.help() or parameter.name() == "RESULT" or parameter.name() == "DPI", parameter.name()


def test_in_a_model(algorithm, pictured, project, tmp_path):
    """The destinations of a model are other values than those of a dialog."""
    model = QgsProcessingModelAlgorithm("handing over", "group")
    child = QgsProcessingModelChildAlgorithm("xview2:map")
    child.setChildId("map")
    for name, value in (("RESULT", pictured.source()), ("LANGUAGE", "en"), ("DPI", 60)):
        child.addParameterSources(name, [QgsProcessingModelChildParameterSource.fromStaticValue(value)])
    output = QgsProcessingModelOutput("map", "map")
    output.setChildId("map")
    output.setChildOutputName("PNG")
    child.setModelOutputs({"map": output})
    model.addChildAlgorithm(child)
    [destination] = [parameter.name() for parameter in model.destinationParameterDefinitions()]
    feedback, context = Feedback(), QgsProcessingContext()
    context.setProject(project)
    outputs, ok = model.run({destination: str(tmp_path / "model.png")}, context, feedback, {}, False)
    assert ok, feedback.errors
    assert not QImage(str(tmp_path / "model.png")).isNull()
    assert outputs[destination] == str(tmp_path / "model.png")
