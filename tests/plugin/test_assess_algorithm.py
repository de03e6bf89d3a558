from __future__ import annotations

import json
import os
import threading

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsRectangle,
    QgsVectorLayer,
)

from xview2_qgis.processing.provider import XView2Provider


@pytest.fixture
def algorithm(qgis_app, project):
    provider = XView2Provider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(provider)
    yield registry.algorithmById("xview2:assess")
    registry.removeProvider(provider)


class Feedback(QgsProcessingFeedback):
    """Remembers what it was told."""

    def __init__(self):
        super().__init__(False)
        self.infos, self.warnings, self.errors, self.percentages, self.stages = [], [], [], [], []
        self.threads = set()
        self.progressChanged.connect(self.percentages.append)

    def pushInfo(self, info):  # noqa: N802
        self.infos.append(info)
        self.threads.add(threading.get_ident())

    def pushWarning(self, warning):  # noqa: N802
        self.warnings.append(warning)

    def reportError(self, error, fatalError=False):  # noqa: N802, N803
        self.errors.append(error)

    def setProgressText(self, text):  # noqa: N802
        self.stages.append(text)


@pytest.fixture
def run(algorithm, fake_engine, image_pair, tmp_path, monkeypatch, project):
    """Run the algorithm with the fake engine; returns outputs, feedback and what the engine was given."""
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))

    def run(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        parameters = {
            "PRE": image_pair[0],
            "POST": image_pair[1],
            "OUTPUT": str(tmp_path / "out.gpkg"),
            **parameters,
        }
        outputs, ok = algorithm.run(parameters, context, feedback, {}, False)
        assert ok
        return outputs, feedback, json.loads((tmp_path / "record.json").read_text())

    return run


def options(record):
    return dict(part.partition("=")[::2] for part in record["arguments"][3:])


def test_parameters_of_the_contract(algorithm):
    names = [definition.name() for definition in algorithm.parameterDefinitions()]
    assert names == [
        "PRE", "POST", "MODEL", "AOI", "EXTENT", "FOOTPRINTS", "DEVICE", "PRECISION", "TTA", "REGISTER",
        "OUTPUT", "DAMAGE_RASTER", "REPORT",
    ]  # fmt: skip
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    required = [d.name() for d in algorithm.parameterDefinitions() if not d.flags() & optional]
    assert required == ["PRE", "POST", "MODEL", "DEVICE", "PRECISION", "TTA", "REGISTER", "OUTPUT"]
    assert algorithm.parameterDefinition("MODEL").defaultValue() == "compact"
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


def test_run(run, image_pair, tmp_path):
    outputs, feedback, record = run()
    assert outputs == {
        "OUTPUT": f"{tmp_path / 'out.gpkg'}|layername=damage",
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
        "--model": "compact",
        "--device": "auto",
        "--precision": "auto",
        "--register": "auto",
        "--events": "json",
        "--overwrite": "",
    }
    assert feedback.warnings == ["the post image is dark"]
    assert feedback.percentages == sorted(feedback.percentages)
    assert feedback.percentages[-1] == pytest.approx(100)
    assert len(feedback.stages) == 4
    assert any("Ran on CPU (fp32)" in info for info in feedback.infos)


@pytest.mark.parametrize(("chosen", "passed"), [("model", None), ("none", "none"), ("flips", "flips")])
def test_flips_are_left_to_the_model_unless_chosen(run, chosen, passed):
    assert options(run(TTA=chosen)[2]).get("--tta") == passed


def test_choices_and_files(run, tmp_path):
    bundle = tmp_path / "my model"
    bundle.mkdir()
    outputs, _, record = run(
        MODEL=str(bundle),
        DEVICE="cuda",
        PRECISION="fp16",
        TTA="flips",
        REGISTER="off",
        DAMAGE_RASTER=str(tmp_path / "damage.tif"),
        REPORT=str(tmp_path / "report.html"),
    )
    given = options(record)
    assert given["--model"] == str(bundle)
    assert (given["--device"], given["--precision"], given["--tta"], given["--register"]) == (
        "cuda",
        "fp16",
        "flips",
        "off",
    )
    assert outputs["DAMAGE_RASTER"] == given["--damage-raster"] == str(tmp_path / "damage.tif")
    assert outputs["REPORT"] == given["--report"] == str(tmp_path / "report.html")


def zone(project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618&field=name:string", "zone", "memory")
    for west in (500000, 500050):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 4000000, west + 40, 4000040)))
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    project.addMapLayer(layer)
    return layer


def test_extent(run):
    _, _, record = run(EXTENT="500010,500050,4000010,4000040 [EPSG:32618]")
    assert record["aoi"] == {"extent": [500010, 500050, 4000010, 4000040], "features": 1, "crs": "32618"}
    assert not os.path.exists(options(record)["--aoi"])


def test_area(run, project):
    _, _, record = run(AOI=zone(project))
    assert record["aoi"]["features"] == 2


def test_area_of_selected_features(run, project):
    layer = zone(project)
    layer.selectByIds([2])
    _, _, record = run(AOI=QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True))
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500050, 500090, 4000000, 4000040]


def test_area_within_an_extent(run, project):
    # the second polygon only touches the extent, and does not count
    _, _, record = run(AOI=zone(project), EXTENT="500010,500050,4000010,4000100 [EPSG:32618]")
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500010, 500040, 4000010, 4000040]


def test_footprints(run, project):
    _, _, record = run(FOOTPRINTS=zone(project))
    assert record["files"]["--footprints"]
    assert "--aoi" not in options(record)


def test_error_of_the_engine(run, fake_engine):
    fake_engine("error")
    with pytest.raises(QgsProcessingException, match="The images do not overlap: choose images of the same place"):
        run()


def test_crash(run, fake_engine):
    fake_engine("crash")
    with pytest.raises(QgsProcessingException, match="crashed"):
        run()


def test_other_formats_are_refused(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.shp")}
    ok, message = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    assert not ok
    assert "gpkg" in message


def test_missing_engine(algorithm, image_pair, tmp_path):
    parameters = {"PRE": image_pair[0], "POST": image_pair[1], "OUTPUT": str(tmp_path / "out.gpkg")}
    feedback = Feedback()
    context = QgsProcessingContext()
    outputs, ok = algorithm.run(parameters, context, feedback, {}, False)
    assert not ok
    assert outputs == {}
    assert "not set up" in feedback.errors[0]


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
    assert list(context.layersToLoadOnCompletion()) == [f"{path}|layername=damage"]
    details = context.layerToLoadOnCompletionDetails(outputs["OUTPUT"])
    assert details.outputName == "OUTPUT"
    assert details.postProcessor() is not None
