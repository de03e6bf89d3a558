"""The plugin with the real engine and a tiny real model: what a user gets."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    edit,
)

from tests.plugin.conftest import ROOT
from xview2_qgis.engine_process.environment import EngineEnvironment, find_engine
from xview2_qgis.engine_process.process import EngineProcess
from xview2_qgis.gui.assess.dialog import AssessDialog
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_NAMES

# read here, because the other tests take the variable away
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")

pytestmark = pytest.mark.skipif(
    not os.access(PYTHON, os.X_OK) or not (ROOT / "tests" / "engine" / "tiny_bundle.py").is_file(),
    reason="there is no engine environment",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "tiny"
    command = [PYTHON, "-m", "tests.engine.tiny_bundle", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return str(folder)


@pytest.fixture(autouse=True)
def real_engine(clean_settings, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)


@pytest.fixture
def town(tmp_path):
    """Two buildings: one unchanged, one destroyed in the sense of the tiny model; 300 × 300 pixels of 0.5 m."""
    import numpy as np
    from osgeo import gdal, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    pre = np.full((3, 300, 300), 64, np.uint8)
    pre[0] = 0
    pre[0, 40:80, 40:80] = 255
    pre[0, 150:210, 200:240] = 255
    post = pre.copy()
    post[0, 150:210, 200:240] = 64
    post[1:, 150:210, 200:240] = 255
    paths = []
    for name, pixels in (("pre", pre), ("post", post)):
        path = str(tmp_path / f"{name}.tif")
        raster = gdal.GetDriverByName("GTiff").Create(path, 300, 300, 3, gdal.GDT_Byte)
        raster.SetGeoTransform((500000.0, 0.5, 0.0, 4000150.0, 0.0, -0.5))
        raster.SetProjection(reference.ExportToWkt())
        raster.WriteArray(pixels)
        raster = None
        paths.append(path)
    return tuple(paths)


@pytest.fixture
def assess(algorithm, project, town, model, tmp_path):
    def assess(feedback=None, **parameters):
        context = QgsProcessingContext()
        context.setProject(project)
        parameters = {
            "PRE": town[0],
            "POST": town[1],
            "MODEL": model,
            "DEVICE": "cpu",
            "REGISTER": "off",
            "OUTPUT": str(tmp_path / "out.gpkg"),
            **parameters,
        }
        outputs, ok = algorithm.run(parameters, context, feedback or QgsProcessingFeedback(False), {}, False)
        assert ok
        return outputs

    return assess


def check_style(layer):
    renderer = layer.renderer()
    assert isinstance(renderer, QgsCategorizedSymbolRenderer)
    colours = {category.value(): category.symbol().color().name() for category in renderer.categories()}
    assert colours.pop("no-building")
    assert colours == {CLASS_NAMES[damage]: CLASS_COLOURS[damage] for damage in CLASS_NAMES}


def test_algorithm(assess, tmp_path):
    outputs = assess(DAMAGE_RASTER=str(tmp_path / "damage.tif"), REPORT=str(tmp_path / "report.html"))
    assert (outputs["BUILDINGS"], outputs["NO_DAMAGE"], outputs["DESTROYED"]) == (2, 1, 1)
    assert outputs["DEVICE_USED"] == "cpu, CPUExecutionProvider, fp32"
    layer = QgsVectorLayer(outputs["OUTPUT"], "damage", "ogr")
    check_style(layer)
    # the destroyed building lies where it was drawn
    [destroyed] = [feature for feature in layer.getFeatures() if feature["damage_class"] == "destroyed"]
    box = destroyed.geometry().boundingBox()
    expected = QgsRectangle(500100, 4000045, 500120, 4000075)
    assert box.center().distance(expected.center()) < 0.5
    assert destroyed["area_m2"] == pytest.approx(expected.area(), rel=0.05)
    raster = QgsRasterLayer(outputs["DAMAGE_RASTER"], "damage")
    assert raster.renderer().type() == "paletted"
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")[:200].lower()


def test_toolbox_loads_a_styled_layer(toolbox, town, model, project, tmp_path):
    def to_project(name):
        return QgsProcessingOutputLayerDefinition(str(tmp_path / name), project)

    parameters = {"PRE": town[0], "POST": town[1], "MODEL": model, "DEVICE": "cpu", "REGISTER": "off"}
    outputs = {"OUTPUT": to_project("out.gpkg"), "DAMAGE_RASTER": to_project("damage.tif")}
    _, loaded, feedback = toolbox({**parameters, **outputs})
    assert (loaded, feedback.errors) == (True, [])
    [damage] = project.mapLayersByName("Damage – post")
    check_style(damage)
    [raster] = project.mapLayersByName("Damage raster – post")
    assert [entry.value for entry in raster.renderer().classes()] == [1, 2, 3, 4]


def test_the_same_name_again_replaces_the_file(assess):
    assert assess()["BUILDINGS"] == 2
    assert assess()["BUILDINGS"] == 2


def test_extent_limits_the_result(assess):
    outputs = assess(EXTENT="500000,500060,4000090,4000150 [EPSG:32618]")
    assert (outputs["BUILDINGS"], outputs["DESTROYED"]) == (1, 0)


def test_footprints(assess, project):
    footprints = QgsVectorLayer("Polygon?crs=EPSG:32618&field=name:string", "footprints", "memory")
    feature = QgsFeature(footprints.fields())
    feature.setAttributes(["hall"])
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(500100, 4000045, 500120, 4000075)))
    footprints.dataProvider().addFeature(feature)
    footprints.updateExtents()
    project.addMapLayer(footprints)
    outputs = assess(FOOTPRINTS=footprints)
    # the other building is found by the model
    buildings = QgsVectorLayer(outputs["OUTPUT"], "damage", "ogr").getFeatures()
    assert {building["source"]: building["damage_class"] for building in buildings} == {
        "footprint": "destroyed",
        "model": "no-damage",
    }


def test_error_says_what_to_do(assess, tmp_path):
    with pytest.raises(QgsProcessingException) as caught:
        assess(AOI=None, MODEL=str(tmp_path / "no_model"))
    assert "Traceback" not in str(caught.value)
    assert not (tmp_path / "out.gpkg").exists()


def test_dialog(interface, project, town, model, wait_until):
    for path, name in zip(town, ("before", "after")):  # noqa: B905
        project.addMapLayer(QgsRasterLayer(path, name))
    dialog = AssessDialog(interface, interface.window)
    dialog.show()
    assert dialog.model.add_bundle(model)
    dialog.advanced.registration.setChecked(False)
    dialog.outputs.with_raster.setChecked(True)
    dialog.run()
    wait_until(lambda: dialog.task is None, 60)
    assert dialog.notice.text().startswith("2 buildings assessed: 1 destroyed, 1 no damage. Ran on CPU")
    group = project.layerTreeRoot().children()[0]
    layers = [node.layer() for node in group.children()]
    assert [layer.name() for layer in layers] == ["Damage – post", "Assessed area – post", "Damage raster – post"]
    check_style(layers[0])
    assert [node.isVisible() for node in group.children()] == [True, True, False]
    assert interface.canvas.extent().contains(layers[0].extent())
    dialog.deleteLater()


def model_on_record(path):
    """The model of a result, by its run and by the metadata that QGIS shows of its layer."""
    run = next(QgsVectorLayer(f"{path}|layername=run", "run", "ogr").getFeatures())
    abstract = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr").metadata().abstract()
    assert f"with the model {run['model_id']} on" in abstract
    assert "automatic" in json.loads(run["parameters"])["model_reason"]
    return run["model_id"]


def test_the_automatic_choice_is_the_default_and_the_model_really_used_is_named(
    assess, interface, project, town, wait_until, tmp_path, monkeypatch
):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    feedback = QgsProcessingFeedback(False)
    used = model_on_record(assess(feedback, MODEL="")["OUTPUT"].partition("|")[0])
    assert used in ("compact", "compact-int8")
    assert f"Model: {used}" in feedback.textLog()
    for path, name in zip(town, ("before", "after")):  # noqa: B905
        project.addMapLayer(QgsRasterLayer(path, name))
    dialog = AssessDialog(interface, interface.window)
    dialog.show()
    dialog.advanced.device.setCurrentIndex(1)
    logged = []
    dialog.run()
    dialog.task.logged.connect(logged.append)
    output = dialog.task.request.output
    wait_until(lambda: dialog.task is None, 60)
    assert f"model: {used}" in logged
    assert model_on_record(output) == used
    dialog.deleteLater()


def test_cancel(qgis_app, town, model, tmp_path):
    command = ["assess", f"--pre={town[0]}", f"--post={town[1]}", f"--model={model}", f"--output={tmp_path / 'o.gpkg'}"]
    process = EngineProcess(EngineEnvironment(PYTHON), [*command, "--events=json"])
    process.start()
    outcome = process.wait(lambda: True)
    assert outcome.cancelled
    assert not (tmp_path / "o.gpkg").exists()


def test_an_ensemble_with_a_published_rule(assess, tmp_path):
    """Two localization and two damage networks, four flipped views, the second place's rule."""
    folder = tmp_path / "ensemble"
    program = (
        "import sys, pathlib\nfrom tests.engine.tiny_bundle import write_tiny_bundle\n"
        "write_tiny_bundle(pathlib.Path(sys.argv[1]), kind='separate', damage_channels=5, copies=2,"
        " changes={'decision': {'rule': 'second-place'}, 'tta': 'flips'})"
    )
    subprocess.run([PYTHON, "-c", program, str(folder)], cwd=ROOT, check=True, capture_output=True)
    outputs = assess(MODEL=str(folder))
    layer = QgsVectorLayer(outputs["OUTPUT"], "damage", "ogr")
    assert sorted(feature["damage"] for feature in layer.getFeatures()) == [1, 4]
    # 40 × 40 and 60 × 40 pixels of half a metre
    assert sorted(round(feature["area_m2"]) for feature in layer.getFeatures()) == pytest.approx([400, 600], rel=0.01)


def test_reviews_are_not_replaced_unless_chosen(assess, tmp_path):
    source = assess()["OUTPUT"]
    layer = QgsVectorLayer(source, "damage", "ogr")
    with edit(layer):
        assert layer.changeAttributeValue(1, layer.fields().lookupField("review_class"), "destroyed")
    with pytest.raises(QgsProcessingException, match=r"(?i)out\.gpkg holds 1 reviewed building: give the result"):
        assess()
    del layer
    kept = QgsVectorLayer(assess(KEEP_REVIEWS=True)["OUTPUT"], "damage", "ogr")
    assert sorted(str(feature["review_class"]) for feature in kept.getFeatures()).count("destroyed") == 1
    assert sorted(feature["final_class"] for feature in kept.getFeatures()) == ["destroyed", "destroyed"]
    del kept
    outputs = assess(DISCARD_REVIEWS=True)
    reviews = [feature["review_class"] for feature in QgsVectorLayer(outputs["OUTPUT"], "damage", "ogr").getFeatures()]
    assert [bool(review) for review in reviews] == [False, False]


@pytest.mark.skipif(os.name == "nt", reason="Qt sends no signals there")
def test_closing_qgis_in_a_tile_that_never_ends_leaves_nothing(town, tmp_path):
    subprocess.run(
        [PYTHON, "-m", "tests.engine.endless_bundle", str(tmp_path / "endless")], cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    (tmp_path / "out").mkdir()
    command = ["assess", f"--pre={town[0]}", f"--post={town[1]}", f"--model={tmp_path / 'endless'}", "--register=off"]
    process = EngineProcess(find_engine(), [*command, f"--output={tmp_path / 'out' / 'out.gpkg'}", "--events=json"])
    stages = []
    process.reported.connect(lambda event: stages.append(getattr(event, "stage", "")))
    process.start()
    process.wait(lambda: process.stop(grace_s=0.1) or True if "infer" in stages else False)
    assert process.outcome.cancelled
    assert list((tmp_path / "out").iterdir()) == []
