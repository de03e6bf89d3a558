"""What QGIS makes of the results of the algorithm: layers in the project, with their names and their look."""

from __future__ import annotations

import pytest
import qgis.utils
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)

from tests.plugin.fake_engine import write_geopackage
from tests.plugin.recording_feedback import Feedback
from xview2_qgis.processing.assess import result_presentation


@pytest.fixture
def unmoved(processing, interface, monkeypatch):
    """Whether the map of a QGIS window stays; what Processing itself knows of the window stays as it is."""
    interface.canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    monkeypatch.setattr(qgis.utils, "iface", interface)
    shown = interface.canvas.extent()
    return lambda: interface.canvas.extent() == shown


@pytest.fixture
def given(image_pair, tmp_path):
    """Parameters of a run whose results go into the project."""

    def to_project(path):
        return QgsProcessingOutputLayerDefinition(path, QgsProject.instance())

    return lambda output=None, **others: {
        "PRE": image_pair[0],
        "POST": image_pair[1],
        "OUTPUT": to_project(output or str(tmp_path / "out.gpkg")),
        "DAMAGE_RASTER": to_project(str(tmp_path / "damage.tif")),
        **others,
    }


def only(project, name):
    """The one layer of this name."""
    [layer] = project.mapLayersByName(name)
    return layer


def check_loaded(project, output):
    damage = only(project, "Damage – post")
    assert damage.source() == f"{output}|layername=damage"
    assert damage.featureCount() == 2
    raster = only(project, "Damage raster – post")
    assert [c.value for c in raster.renderer().classes()] == [1, 2, 3, 4]
    assert only(project, "Assessed area – post").source() == f"{output}|layername=assessed_area"
    assert len(project.mapLayers()) == 3


def test_what_was_excluded_is_a_layer_of_its_own(toolbox, fake_engine, given, project, tmp_path):
    write_geopackage(str(tmp_path / "clouds.gpkg"), hidden=True)
    output = tmp_path / "out.gpkg"
    _, loaded, feedback = toolbox(given(EXCLUDE=f"{tmp_path / 'clouds.gpkg'}|layername=not_visible"))
    assert (loaded, feedback.errors) == (True, [])
    assert only(project, "Not visible – post").source() == f"{output}|layername=not_visible"
    assert len(project.mapLayers()) == 4


def test_toolbox(toolbox, fake_engine, given, project, unmoved, tmp_path):
    results, loaded, feedback = toolbox(given())
    assert (loaded, feedback.errors) == (True, [])
    assert results["OUTPUT"] == f"{tmp_path / 'out.gpkg'}|layername=damage"
    check_loaded(project, tmp_path / "out.gpkg")
    assert unmoved()
    if hasattr(QgsProcessingContext.LayerDetails, "groupName"):
        [group] = project.layerTreeRoot().children()
        assert group.name() == "Damage – post"
        names = [child.name() for child in group.children()]
        assert names == ["Damage – post", "Assessed area – post", "Damage raster – post"]


def test_two_results_have_two_names(toolbox, fake_engine, given, project, tmp_path):
    toolbox(given())
    toolbox(given(str(tmp_path / "second.gpkg")))
    names = [layer.name() for layer in project.mapLayers().values() if layer.name().startswith("Damage – ")]
    assert sorted(names) == ["Damage – post", "Damage – post (2)"]


def test_a_batch_without_a_damage_raster_loads_what_there_is(toolbox, fake_engine, given, project):
    # so the batch dialog writes an output that was left empty
    for nothing in (None, "", QgsProcessingOutputLayerDefinition("", project)):
        project.clear()
        _, loaded, feedback = toolbox(given(DAMAGE_RASTER=nothing))
        assert (loaded, feedback.errors) == (True, [])
        assert sorted(layer.name() for layer in project.mapLayers().values()) == [
            "Assessed area – post",
            "Damage – post",
        ]


def test_toolbox_with_temporary_files(toolbox, fake_engine, given, project):
    to_project = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)
    results, loaded, feedback = toolbox(given(OUTPUT=to_project, DAMAGE_RASTER=to_project))
    assert (loaded, feedback.errors) == (True, [])
    check_loaded(project, results["OUTPUT"].split("|")[0])


@pytest.mark.parametrize("raster", ["a.tif", "z.tif"])
def test_the_raster_does_not_hide_the_polygons(toolbox, fake_engine, given, project, tmp_path, raster):
    # QGIS 3.22 loads layers in the order of their paths
    raster = QgsProcessingOutputLayerDefinition(str(tmp_path / raster), project)
    _, loaded, feedback = toolbox(given(DAMAGE_RASTER=raster))
    assert (loaded, feedback.errors) == (True, [])
    shown = [node.layer() for node in project.layerTreeRoot().findLayers()]
    assert len(shown) == 3
    assert isinstance(shown[2], QgsRasterLayer)


def test_a_path_that_python_would_write_otherwise(toolbox, fake_engine, given, project, unmoved, tmp_path):
    # QGIS knows the results by the text that it gave; on Windows every path is such a one
    (tmp_path / "x").mkdir()
    output = f"{tmp_path}/x/../out.gpkg"
    raster = QgsProcessingOutputLayerDefinition(f"{tmp_path}/x/../damage.tif", project)
    _, loaded, feedback = toolbox(given(output, DAMAGE_RASTER=raster))
    assert (loaded, feedback.errors) == (True, [])
    check_loaded(project, output)
    assert unmoved()


def test_run_and_load(processing, algorithm, fake_engine, given, project, unmoved, tmp_path):
    feedback = Feedback()
    processing.runAndLoadResults("xview2:assess", given(), feedback)
    assert feedback.errors == []
    check_loaded(project, tmp_path / "out.gpkg")
    assert unmoved()


def test_run_and_load_temporary_files(processing, algorithm, fake_engine, given, project):
    # checking the values and running share a context here: a layer that the check noted would be missed afterwards
    feedback = Feedback()
    temporary = {"OUTPUT": "TEMPORARY_OUTPUT", "DAMAGE_RASTER": "TEMPORARY_OUTPUT"}
    processing.runAndLoadResults("xview2:assess", given(**temporary), feedback)
    assert feedback.errors == []
    names = sorted(layer.name() for layer in project.mapLayers().values())
    assert names == ["Assessed area – post", "Damage raster – post", "Damage – post"]


def test_checking_notes_no_layer(algorithm, fake_engine, given, project):
    to_project = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)
    for parameters in (given(), given(OUTPUT=to_project)):
        context = QgsProcessingContext()
        context.setProject(project)
        assert algorithm.checkParameterValues(parameters, context) == (True, "")
        assert context.layersToLoadOnCompletion() == {}


def test_run_without_loading(processing, algorithm, fake_engine, given, project, tmp_path):
    files = {"OUTPUT": str(tmp_path / "out.gpkg"), "DAMAGE_RASTER": str(tmp_path / "damage.tif")}
    results = processing.run("xview2:assess", given(**files))
    assert results["BUILDINGS"] == 2
    assert project.mapLayers() == {}


def test_post_processors_go_with_their_context(algorithm, fake_engine, given, project):
    counts = []
    for _ in range(4):
        context = QgsProcessingContext()
        context.setProject(project)
        _, ok = algorithm.run(given(), context, Feedback(), {}, False)
        assert ok
        del context
        counts.append(len(result_presentation._kept))
    # those of a run are forgotten when the next ones are made
    assert counts[1:] == counts[:-1]


def model_of(image_pair):
    """A model with the algorithm as its only step."""
    model = QgsProcessingModelAlgorithm("town", "group")
    child = QgsProcessingModelChildAlgorithm("xview2:assess")
    child.setChildId("assess")
    for name, value in (("PRE", image_pair[0]), ("POST", image_pair[1])):
        child.addParameterSources(name, [QgsProcessingModelChildParameterSource.fromStaticValue(value)])
    outputs = {}
    for name, title in (("OUTPUT", "Buildings"), ("DAMAGE_RASTER", "Classes")):
        output = QgsProcessingModelOutput(title, title)
        output.setChildId("assess")
        output.setChildOutputName(name)
        outputs[title] = output
    child.setModelOutputs(outputs)
    model.addChildAlgorithm(child)
    return model


@pytest.fixture
def model(algorithm, image_pair, project, tmp_path):
    """A model, and the parameters with which its results go into the project."""
    model = model_of(image_pair)
    files = {"Buildings": str(tmp_path / "out.gpkg"), "Classes": str(tmp_path / "damage.tif")}
    parameters = {
        definition.name(): QgsProcessingOutputLayerDefinition(files[definition.description()], project)
        for definition in model.destinationParameterDefinitions()
    }
    return model, parameters


def check_loaded_by_model(project, unmoved):
    buildings, classes = only(project, "Buildings"), only(project, "Classes")
    assert buildings.featureCount() == 2
    assert [entry.value for entry in classes.renderer().classes()] == [1, 2, 3, 4]
    assert unmoved()


def test_model(processing, fake_engine, model, project, unmoved):
    feedback = Feedback()
    processing.runAndLoadResults(*model, feedback)
    assert feedback.errors == []
    check_loaded_by_model(project, unmoved)


def test_model_in_the_toolbox(toolbox, fake_engine, model, project, unmoved):
    model, parameters = model
    _, loaded, feedback = toolbox(parameters, model)
    assert (loaded, feedback.errors) == (True, [])
    check_loaded_by_model(project, unmoved)
