"""Real QGIS for the tests: one application, a small stand-in for the main window, and image pairs on disk."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytest.importorskip("qgis.core", reason="PyQGIS is not in this Python")

# before the application exists: a profile of its own, so that no setting of the user takes part
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMessageBar  # noqa: E402
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QThreadPool, QTimer, pyqtSignal  # noqa: E402
from qgis.PyQt.QtWidgets import QMainWindow, QMenu  # noqa: E402

from tests.virtual_screen import start_virtual_screen  # noqa: E402


class Startup(QObject):
    """Tells that QGIS is there."""

    completed = pyqtSignal()


class Interface:
    """The few parts of ``QgisInterface`` that the plugin touches, with real widgets behind them."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas(self.window)
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32618"))
        self.canvas.resize(400, 300)
        self.bar = QgsMessageBar(self.window)
        self.menu = QMenu(self.window)
        self.menu_actions: list = []
        self.layer_actions: dict = {}  # actions in the context menus of layers, and the layers
        self.options_factories: list = []
        self.active = None
        self.startup = Startup()
        self.initializationCompleted = self.startup.completed  # name is that of QgisInterface

    # names are those of QgisInterface
    def mainWindow(self):  # noqa: N802
        return self.window

    def mapCanvas(self):  # noqa: N802
        return self.canvas

    def activeLayer(self):  # noqa: N802
        return self.active

    def messageBar(self):  # noqa: N802
        return self.bar

    def addToolBar(self, name):  # noqa: N802
        return self.window.addToolBar(name)

    def addDockWidget(self, area, dock):  # noqa: N802
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock):  # noqa: N802
        self.window.removeDockWidget(dock)

    def addPluginToRasterMenu(self, name, action):  # noqa: N802
        self.menu_actions.append(action)

    def removePluginRasterMenu(self, name, action):  # noqa: N802
        self.menu_actions.remove(action)

    def setActiveLayer(self, layer):  # noqa: N802
        self.active = layer
        return True

    def addCustomActionForLayerType(self, action, menu, kind, all_layers):  # noqa: N802
        self.layer_actions[action] = []

    def addCustomActionForLayer(self, action, layer):  # noqa: N802
        self.layer_actions[action].append(layer)

    def removeCustomActionForLayerType(self, action):  # noqa: N802
        return self.layer_actions.pop(action) is not None

    def registerOptionsWidgetFactory(self, factory):  # noqa: N802
        self.options_factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):  # noqa: N802
        self.options_factories.remove(factory)


@pytest.fixture(scope="session")
def virtual_screen():
    """A screen for each process of tests, unless one was given; Qt draws offscreen where there is no Xvfb."""
    server = None
    if "DISPLAY" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
        server = start_virtual_screen()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if "DISPLAY" not in os.environ else "xcb")
    yield
    # not ended here: QGIS still closes its windows; it ends with its last client
    del server


@pytest.fixture(scope="session")
def qgis_app(tmp_path_factory, virtual_screen):
    profile = tmp_path_factory.mktemp("profile")
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(profile)
    # settings of its own for each process of tests: their file is named so, whatever the profile is
    own = f"xview2-tests{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    QCoreApplication.setOrganizationName(own)
    QCoreApplication.setApplicationName(own)
    application = QgsApplication([], True, str(profile))
    application.initQgis()
    sys.path.insert(0, str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    return application


def pytest_sessionfinish():
    """End QGIS when the last test has let go of its layers, which must not outlive it; fixtures end before that."""
    application = QgsApplication.instance()
    if application is not None:
        # a search for a Python whose page was closed, for example: Python ends no thread that QGIS began
        QgsApplication.taskManager().cancelAll()
        QThreadPool.globalInstance().waitForDone(30_000)
        gc.collect()  # layers in circles of Python
        application.exitQgis()


@pytest.fixture
def interface(qgis_app):
    interface = Interface()
    yield interface
    interface.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def project(qgis_app):
    project = QgsProject.instance()
    project.clear()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:32618"))
    yield project
    project.clear()


@pytest.fixture(autouse=True)
def clean_settings(qgis_app, monkeypatch):
    from xview2_qgis.available_models import available_models
    from xview2_qgis.engine_process.environment import managed_folder
    from xview2_qgis.model_store.terms import accept_terms

    QgsSettings().remove("xview2")
    for model in available_models():
        accept_terms(model)  # else the first run of every test would ask
    monkeypatch.delenv("XVIEW2_ENGINE_PYTHON", raising=False)
    yield
    QgsSettings().remove("xview2")
    shutil.rmtree(managed_folder().parent, ignore_errors=True)  # what a test has installed, or begun to


@pytest.fixture
def algorithm(qgis_app, project):
    """The algorithm ``xview2:assess``, registered as the plugin does it."""
    from xview2_qgis.processing.provider import XView2Provider

    provider = XView2Provider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(provider)
    yield registry.algorithmById("xview2:assess")
    registry.removeProvider(provider)


@pytest.fixture
def fake_engine(tmp_path, monkeypatch):
    """Make the fake engine the one that is found; returns a function that sets its behaviour."""
    script = tmp_path / "fake python" / "python"
    script.parent.mkdir()
    fake = ROOT / "tests" / "plugin" / "fake_engine.py"
    script.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{fake}' \"$@\"\n")
    script.chmod(0o755)
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(script))
    monkeypatch.setenv("FAKE_ENGINE", "good")
    return lambda behaviour: monkeypatch.setenv("FAKE_ENGINE", behaviour)


@pytest.fixture
def image_pair(tmp_path):
    """Two small rasters on disk, EPSG:32618."""
    from osgeo import gdal, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    paths = []
    for name in ("pre", "post"):
        path = tmp_path / f"{name}.tif"
        raster = gdal.GetDriverByName("GTiff").Create(str(path), 200, 200, 3, gdal.GDT_Byte)
        raster.SetGeoTransform((500000.0, 0.5, 0.0, 4000100.0, 0.0, -0.5))
        raster.SetProjection(reference.ExportToWkt())
        for band in (1, 2, 3):
            raster.GetRasterBand(band).Fill(60 * band)
        raster = None
        paths.append(str(path))
    return tuple(paths)


@pytest.fixture
def wait_until(qgis_app):
    """Run the event loop until a condition holds; fails when it never does."""

    def wait(condition, seconds=60.0):
        loop = QEventLoop()
        poll = QTimer()
        poll.setInterval(10)
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        limit = QTimer()
        limit.setSingleShot(True)
        limit.timeout.connect(loop.quit)
        poll.start()
        limit.start(int(seconds * 1000))
        loop.exec()
        poll.stop()
        limit.stop()
        assert condition(), f"nothing happened within {seconds} seconds"

    return wait


# read here, because tests take the variable away
ENGINE_PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")


@pytest.fixture(scope="session")
def written_town(tmp_path_factory):
    """A result of the engine's writer with twelve buildings, see tests/engine/output/geopackage/review_town.py."""
    if not os.access(ENGINE_PYTHON, os.X_OK):
        pytest.skip("there is no engine environment")
    path = tmp_path_factory.mktemp("town") / "town.gpkg"
    command = [ENGINE_PYTHON, "-m", "tests.engine.output.geopackage.review_town", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return path


@pytest.fixture
def town_file(written_town, tmp_path):
    return shutil.copy(written_town, tmp_path / "town.gpkg")


@pytest.fixture
def town_layer(town_file, project):
    layer = QgsVectorLayer(f"{town_file}|layername=damage", "town", "ogr")
    assert layer.isValid()
    return project.addMapLayer(layer)


class RefusedError(Exception):
    """An algorithm could not be prepared."""


@pytest.fixture
def run_assess(algorithm, fake_engine, image_pair, tmp_path, monkeypatch, project):
    """Run the algorithm with the fake engine; returns outputs, feedback and what the engine was given."""
    from tests.plugin.recording_feedback import Feedback

    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))

    def run(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        # what Processing does unless the user has chosen otherwise
        context.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid)
        parameters = {
            "PRE": image_pair[0],
            "POST": image_pair[1],
            "OUTPUT": str(tmp_path / "out.gpkg"),
            **parameters,
        }
        outputs, ok = algorithm.run(parameters, context, feedback, {}, False)
        if not ok:
            raise RefusedError("\n".join(feedback.errors))
        return outputs, feedback, json.loads((tmp_path / "record.json").read_text())

    return run


@pytest.fixture
def processing(qgis_app):
    """The plugin Processing of QGIS, set up as QGIS does it."""
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    return processing


@pytest.fixture
def toolbox(processing, algorithm, wait_until):
    """Run an algorithm as QGIS's ``AlgorithmDialog`` does; return its outputs, whether they load, and the feedback."""
    from processing.gui.Postprocessing import handleAlgorithmResults
    from processing.tools import dataobjects

    from tests.plugin.recording_feedback import Feedback

    def run(parameters, algorithm=algorithm):
        feedback = Feedback()
        context = dataobjects.createContext(feedback)
        ok, message = algorithm.checkParameterValues(parameters, context)
        assert ok, message
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        done = []

        def on_complete(ok, results):
            done.append((ok, results, handleAlgorithmResults(algorithm, context, feedback, results)))

        task.executed.connect(on_complete)
        QgsApplication.taskManager().addTask(task)
        wait_until(lambda: done, 60)
        [(ok, results, loaded)] = done
        assert ok, feedback.errors
        return results, loaded, feedback

    return run


@pytest.fixture
def layers(project, image_pair):
    """Two images in the project, "before" and "after"."""
    result = [QgsRasterLayer(path, name) for path, name in zip(image_pair, ("before", "after"))]  # noqa: B905
    project.addMapLayers(result)
    return result


@pytest.fixture
def make_dialog(interface, layers):
    """Make and show dialogs with two images in the project."""
    from xview2_qgis.engine_process.environment import find_engine
    from xview2_qgis.gui.assess.dialog import AssessDialog

    dialogs = []

    def make(engine=find_engine):
        dialog = AssessDialog(interface, interface.window, engine)
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield make
    for dialog in dialogs:
        dialog.shut_down()
        dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
