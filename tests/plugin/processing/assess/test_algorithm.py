from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
import qgis.utils
from qgis.core import (
    QgsApplication,
    QgsMultiBandColorRenderer,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QComboBox

from tests.plugin.conftest import RefusedError
from tests.plugin.recording_feedback import Feedback


def options(record):
    given = record["arguments"]
    return dict(part.partition("=")[::2] for part in given[given.index("assess") + 1 :])


def test_parameters_of_the_contract(algorithm):
    names = [definition.name() for definition in algorithm.parameterDefinitions()]
    assert names == [
        "PRE", "POST", "MODEL", "AOI", "EXTENT", "EXCLUDE", "FOOTPRINTS", "EVENT", "DEVICE", "PRECISION", "TTA",
        "REGISTER", "OUTLINES", "PRE_BANDS", "POST_BANDS", "KEEP_REVIEWS", "DISCARD_REVIEWS", "RESUME", "OUTPUT",
        "DAMAGE_RASTER", "REPORT",
    ]  # fmt: skip
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    required = [d.name() for d in algorithm.parameterDefinitions() if not d.flags() & optional]
    assert required == ["POST", "MODEL", "DEVICE", "PRECISION", "TTA", "REGISTER", "OUTLINES", "OUTPUT"]
    assert algorithm.parameterDefinition("MODEL").defaultValue() == "auto"
    assert algorithm.parameterDefinition("DEVICE").options() == [
        "auto",
        "cpu",
        "cuda",
        "tensorrt",
        "directml",
        "coreml",
    ]
    assert algorithm.parameterDefinition("DEVICE").usesStaticStrings()
    assert algorithm.parameterDefinition("OUTPUT").defaultFileExtension() == "gpkg"
    assert algorithm.parameterDefinition("DAMAGE_RASTER").defaultFileExtension() == "tif"
    assert not algorithm.icon().isNull()
    assert algorithm.shortHelpString()
    assert {definition.name() for definition in algorithm.outputDefinitions()} >= {
        "OUTPUT", "DAMAGE_RASTER", "REPORT", "BUILDINGS", "DESTROYED", "DEVICE_USED",
    }  # fmt: skip


def test_run(run_assess, image_pair, tmp_path):
    outputs, feedback, record = run_assess()
    assert outputs == {
        "OUTPUT": f"{tmp_path / 'out.gpkg'}|layername=damage",
        "ASSESSED_AREA": f"{tmp_path / 'out.gpkg'}|layername=assessed_area",
        "BUILDINGS": 2,
        "NO_DAMAGE": 1,
        "MINOR_DAMAGE": 0,
        "MAJOR_DAMAGE": 0,
        "DESTROYED": 1,
        "UNKNOWN": 0,
        "DEVICE_USED": "cpu, CPUExecutionProvider, fp32",
    }
    assert options(record) == {
        "--pre": image_pair[0],
        "--post": image_pair[1],
        "--output": str(tmp_path / "out.gpkg"),
        "--model": "auto",
        "--device": "auto",
        "--precision": "auto",
        "--register": "auto",
        "--outlines": "plain",
        "--events": "json",
        "--overwrite": "",
    }
    assert feedback.warnings == ["the post-event image is dark"]
    assert feedback.percentages == sorted(feedback.percentages)
    assert feedback.percentages[-1] == pytest.approx(100)
    assert len(feedback.stages) == 4
    assert any("Ran on CPU (fp32)" in info for info in feedback.infos)


@pytest.mark.parametrize(
    ("given", "passed"), [("", "auto"), ("auto", "auto"), ("compact", "compact"), ("bundle", "{}/bundle")]
)
def test_the_model_is_automatic_named_or_a_path(run_assess, tmp_path, monkeypatch, given, passed):
    monkeypatch.chdir(tmp_path)
    for name in ("bundle", "auto"):  # a file that happens to be called like the automatic choice is not meant
        (tmp_path / name).mkdir()
    _, _, record = run_assess(MODEL=given)
    assert options(record)["--model"] == passed.format(tmp_path)


@pytest.mark.parametrize(
    ("chosen", "passed"), [("model", None), ("none", "none"), ("mirror", "mirror"), ("flips", "flips")]
)
def test_flips_are_left_to_the_model_unless_chosen(run_assess, chosen, passed):
    assert options(run_assess(TTA=chosen)[2]).get("--tta") == passed


def test_choices_and_files(run_assess, tmp_path):
    bundle = tmp_path / "my model"
    bundle.mkdir()
    outputs, _, record = run_assess(
        MODEL=str(bundle),
        DEVICE="cuda",
        PRECISION="fp16",
        TTA="flips",
        REGISTER="off",
        OUTLINES="right-angled",
        DAMAGE_RASTER=str(tmp_path / "damage.tif"),
        REPORT=str(tmp_path / "report.html"),
    )
    given = options(record)
    assert given["--model"] == str(bundle)
    choices = [given[f"--{name}"] for name in ("device", "precision", "tta", "register", "outlines")]
    assert choices == ["cuda", "fp16", "flips", "off", "right-angled"]
    assert outputs["DAMAGE_RASTER"] == given["--damage-raster"] == str(tmp_path / "damage.tif")
    assert outputs["REPORT"] == given["--report"] == str(tmp_path / "report.html")


def test_bands_are_passed_on(run_assess, image_pair, project):
    post = project.addMapLayer(QgsRasterLayer(image_pair[1], "post", "gdal"))
    post.setRenderer(QgsMultiBandColorRenderer(post.dataProvider(), 3, 2, 1))
    given = options(run_assess(POST=post.id(), PRE_BANDS="2 1 3")[2])
    assert {name: value for name, value in given.items() if "bands" in name} == {
        "--pre-bands": "2,1,3",
        "--post-shown-bands": "3,2,1",
    }
    with pytest.raises(RefusedError, match="three bands"):
        run_assess(POST_BANDS="1,2")


@pytest.mark.parametrize(("keep", "discard"), [(False, False), (False, True), (True, False)])
def test_reviews_are_kept_unless_chosen(run_assess, keep, discard):
    given = options(run_assess(KEEP_REVIEWS=keep, DISCARD_REVIEWS=discard)[2])
    assert ("--overwrite" in given, "--keep-reviews" in given, "--discard-reviews" in given) == (True, keep, discard)


def test_reviews_are_not_kept_and_lost_at_once(algorithm, image_pair, tmp_path):
    given = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.gpkg")}
    choices = {"KEEP_REVIEWS": True, "DISCARD_REVIEWS": True}
    ok, message = algorithm.checkParameterValues({**given, **choices}, QgsProcessingContext())
    assert not ok
    assert "choose one of the two" in message
    assert algorithm.checkParameterValues({**given, "KEEP_REVIEWS": True}, QgsProcessingContext())[0]


def test_without_a_pre_event_image(run_assess, image_pair):
    given = options(run_assess(PRE=None, EXTENT="500000,500050,4000000,4000050 [EPSG:32618]")[2])
    assert "--pre" not in given
    assert given["--post"] == image_pair[1]
    assert not any(name.startswith("--pre-") for name in given)


def test_error_of_the_engine(run_assess, fake_engine):
    fake_engine("error")
    with pytest.raises(QgsProcessingException, match="The images do not overlap: choose images of the same place"):
        run_assess()


def test_crash(run_assess, fake_engine):
    fake_engine("crash")
    with pytest.raises(QgsProcessingException, match="crashed"):
        run_assess()


def test_a_file_that_is_being_edited_is_not_replaced(run_assess, project, tmp_path):
    run_assess()
    layer = QgsVectorLayer(f"{tmp_path / 'out.gpkg'}|layername=damage", "my damage", "ogr")
    project.addMapLayer(layer)
    layer.startEditing()
    assert layer.deleteFeature(1)
    with pytest.raises(RefusedError, match="“my damage” of the file to be replaced is being edited"):
        run_assess()
    assert layer.commitChanges()
    assert QgsVectorLayer(layer.source(), "again", "ogr").featureCount() == 1


def test_a_layer_of_the_replaced_file_is_read_anew(run_assess, project, tmp_path, monkeypatch):
    run_assess()
    layer = QgsVectorLayer(f"{tmp_path / 'out.gpkg'}|layername=damage", "damage", "ogr")
    project.addMapLayer(layer)
    before = layer.extent()
    monkeypatch.setenv("FAKE_ENGINE_EAST", "200")
    run_assess()
    assert layer.extent().xMinimum() == before.xMinimum() + 200


def test_the_same_image_twice_is_refused(run_assess, image_pair):
    with pytest.raises(RefusedError, match="the same file"):
        run_assess(POST=image_pair[0])


@pytest.mark.parametrize("kind", ["file", "other words", "layer", "id"])
def test_the_same_image_twice_is_seen_before_the_run(algorithm, image_pair, project, kind):
    layer = QgsRasterLayer(image_pair[0], "image")
    project.addMapLayer(layer)
    folder, name = os.path.split(image_pair[0])
    value = {"file": image_pair[0], "other words": f"{folder}/./{name}", "layer": layer, "id": layer.id()}[kind]
    context = QgsProcessingContext()
    context.setProject(project)
    ok, message = algorithm.checkParameterValues({"PRE": image_pair[0], "POST": value, "OUTPUT": "x.gpkg"}, context)
    assert (ok, message) == (False, "Both images are the same: choose a pre-event image and a post-event image.")


def test_two_images_of_one_file_are_two_images(algorithm, precious, project):
    context = QgsProcessingContext()
    parameters = {"PRE": f"GPKG:{precious}:image", "POST": f"GPKG:{precious}:other", "OUTPUT": "x.gpkg"}
    assert algorithm.checkParameterValues(parameters, context)[1] != "Both images are the same"


def test_every_parameter_has_help(algorithm):
    assert [definition.name() for definition in algorithm.parameterDefinitions() if not definition.help()] == []


def test_the_help_is_a_page_on_this_machine(algorithm):
    address = QUrl(algorithm.helpUrl())
    assert address.isLocalFile()
    text = Path(address.toLocalFile()).read_text(encoding="utf-8")
    for definition in algorithm.parameterDefinitions():
        assert definition.name() in text
    assert algorithm.shortHelpString() in text


def test_without_an_engine_the_dialog_does_not_open_but_says_why(algorithm, fake_engine, monkeypatch, interface):
    assert algorithm.canExecute() == (True, "")
    monkeypatch.delenv("XVIEW2_ENGINE_PYTHON")
    ok, message = algorithm.canExecute()
    assert not ok
    assert "The processing engine is not installed." in message
    monkeypatch.setattr(qgis.utils, "iface", interface)
    assert "<br>" in algorithm.canExecute()[1]


def test_a_model_is_chosen_or_typed(algorithm, processing):
    from processing.gui.wrappers import WidgetWrapperFactory

    wrapper = WidgetWrapperFactory.create_wrapper(algorithm.parameterDefinition("MODEL"), None)
    context = QgsProcessingContext()
    widget = wrapper.createWrappedWidget(context)
    assert wrapper.createWrappedLabel().text() == "Model: name, or path of a bundle"
    combo = widget.findChild(QComboBox)
    assert [combo.itemText(index) for index in range(combo.count())][:3] == ["auto", "compact", "compact-int8"]
    for value in ("compact", "/a/bundle.xv2.zip", "compact"):
        wrapper.setParameterValue(value, context)
        assert wrapper.parameterValue() == value


def test_a_path_that_qgis_cannot_open_is_refused(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "a%20b.gpkg")}
    fine, message = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    assert not fine
    assert "“%20” in its path" in message


@pytest.mark.parametrize(("text", "ok"), [("3,2", False), ("a", False), ("9,9,9", False), ("3 2 1", True), ("", True)])
def test_bands_are_checked_before_the_run(algorithm, image_pair, tmp_path, text, ok):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "a.gpkg"), "POST_BANDS": text}
    fine, message = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    assert fine is ok
    assert ok or "numbers from 1 to 3 for red, green and blue" in message


def test_other_formats_are_refused(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.shp")}
    ok, message = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    assert not ok
    assert "gpkg" in message


@pytest.fixture
def precious(image_pair, tmp_path):
    """A GeoPackage with the image from before and a layer of polygons."""
    from osgeo import gdal

    path = str(tmp_path / "precious.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    (tmp_path / "one.geojson").write_text('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}')
    gdal.VectorTranslate(path, str(tmp_path / "one.geojson"), accessMode="update", layerName="zone")
    return path


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [(parameter, kind) for parameter in ("PRE", "POST", "AOI", "FOOTPRINTS") for kind in ("file", "layer", "id")]
    + [("AOI", "selection"), ("FOOTPRINTS", "selection")],
)
def test_no_result_over_an_input(algorithm, fake_engine, image_pair, precious, project, parameter, kind):
    if parameter in ("PRE", "POST"):
        layer = QgsRasterLayer(f"GPKG:{precious}:image", "image")
    else:
        layer = QgsVectorLayer(f"{precious}|layername=zone", "zone", "ogr")
    assert layer.isValid()
    project.addMapLayer(layer)
    value = {
        "file": layer.source(),
        "layer": layer,
        "id": layer.id(),
        "selection": QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True),
    }[kind]
    before = Path(precious).stat()
    for output in (precious, QgsProcessingOutputLayerDefinition(precious, project)):
        parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": output, parameter: value}
        context = QgsProcessingContext()
        context.setProject(project)
        ok, message = algorithm.checkParameterValues(parameters, context)
        assert not ok
        assert message == f"“{precious}” is an input of this run. Give the result another name."
        # also when nobody asks first
        with pytest.raises(QgsProcessingException, match="is an input of this run"):
            algorithm.run(parameters, context, Feedback(), {}, False)
    assert Path(precious).stat() == before


def test_no_damage_raster_over_an_image(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.gpkg")}
    assert algorithm.checkParameterValues(parameters, QgsProcessingContext()) == (True, "")
    ok, message = algorithm.checkParameterValues({**parameters, "DAMAGE_RASTER": image_pair[1]}, QgsProcessingContext())
    assert not ok
    assert image_pair[1] in message


def test_missing_engine(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.gpkg")}
    feedback = Feedback()
    context = QgsProcessingContext()
    outputs, ok = algorithm.run(parameters, context, feedback, {}, False)
    assert not ok
    assert outputs == {}
    assert "is not installed" in feedback.errors[0]


@pytest.fixture
def run_in_background(algorithm, fake_engine, image_pair, tmp_path, wait_until, project):
    """Run the algorithm in a task of QGIS, as the toolbox does; returns success and outputs."""

    def run(feedback, context):
        parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": "TEMPORARY_OUTPUT"}
        context.setProject(project)
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        done = []
        task.executed.connect(lambda ok, outputs: done.append((ok, outputs)))
        QgsApplication.taskManager().addTask(task)
        wait_until(lambda: done)
        return done[0]

    return run


def test_in_a_worker_thread(run_in_background):
    feedback, context = Feedback(), QgsProcessingContext()
    ok, outputs = run_in_background(feedback, context)
    assert ok
    assert outputs["BUILDINGS"] == 2
    assert threading.get_ident() not in feedback.threads
    layer = QgsProcessingUtils.mapLayerFromString(outputs["OUTPUT"], context)
    assert layer.featureCount() == 2
    assert os.path.basename(outputs["OUTPUT"]).startswith("OUTPUT.gpkg|")


def test_cancel_in_a_worker_thread(run_in_background, fake_engine):
    fake_engine("slow")
    feedback, context = Feedback(), QgsProcessingContext()
    feedback.progressChanged.connect(lambda percent: feedback.cancel() if percent > 3 else None)
    _, outputs = run_in_background(feedback, context)
    assert outputs == {}
    assert feedback.isCanceled()


def test_loaded_layer_is_the_damage_layer(algorithm, fake_engine, image_pair, tmp_path, project):
    context = QgsProcessingContext()
    context.setProject(project)
    path = str(tmp_path / "out.gpkg")
    destination = QgsProcessingOutputLayerDefinition(path, project)
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": destination}
    instance = algorithm.create()
    outputs, ok = instance.run(parameters, context, Feedback(), {}, False)
    assert ok
    assert sorted(context.layersToLoadOnCompletion()) == [f"{path}|layername=assessed_area", f"{path}|layername=damage"]
    details = context.layerToLoadOnCompletionDetails(outputs["OUTPUT"])
    assert details.outputName == "OUTPUT"
    assert details.postProcessor() is not None
