"""Photographs the plugin in a real QGIS window: a development tool, to look at what users see.

Needs ``Xvfb``, ``import`` (ImageMagick) and QGIS; the engine's interpreter is that of ``XVIEW2_ENGINE_PYTHON``::

    python3 packaging/screenshot.py demo/pre.tif demo/post.tif build/screenshots

writes ``dialog.png``, ``running.png``, ``finished.png``, ``result.png`` and ``confidence.png``, and of a run from the
Processing toolbox ``algorithm.png``, ``log.png`` and ``toolbox.png``. The first part runs outside of QGIS and starts
it; the second part is the start-up script inside of QGIS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DISPLAY = ":77"
SIZE = "1500x950"


def main() -> int:
    """Start a virtual screen and QGIS on it, and wait until the pictures are taken."""
    parser = argparse.ArgumentParser(description="Photographs the plugin in a real QGIS window.")
    parser.add_argument("pre", type=Path)
    parser.add_argument("post", type=Path)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--model", default="", help="path of a model bundle; the default model without it")
    parser.add_argument("--seconds", type=int, default=900, help="give up after this time")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    # not at the top: QGIS runs this text without telling where it comes from
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, root / "packaging" / "plugin_archive.py", "stage"], check=True)
    profiles = Path(tempfile.mkdtemp(prefix="xview2_profiles_"))
    settings = profiles / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        "[PythonPlugins]\nprocessing=true\nxview2_qgis=true\n\n[qgis]\ncheckVersion=false\nshowTips=false\n"
        "[app]\nprojections\\unknownCrsBehavior=NoAction\n"
    )
    environment = {
        **os.environ,
        "DISPLAY": DISPLAY,
        "QT_QPA_PLATFORM": "xcb",
        "QGIS_PLUGINPATH": str(root / "build" / "plugin"),
        "XVIEW2_SHOT_PRE": str(options.pre.resolve()),
        "XVIEW2_SHOT_POST": str(options.post.resolve()),
        "XVIEW2_SHOT_FOLDER": str(options.folder.resolve()),
        "XVIEW2_SHOT_MODEL": str(Path(options.model).resolve()) if options.model else "",
    }
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", f"{SIZE}x24"], stderr=subprocess.DEVNULL)
    try:
        command = ["qgis", "--profiles-path", profiles, "--nologo", "--noversioncheck", "--code", __file__]
        done = subprocess.run(command, env=environment, timeout=options.seconds, check=False)
    except subprocess.TimeoutExpired:
        subprocess.run(["import", "-display", DISPLAY, "-window", "root", options.folder / "timeout.png"], check=False)
        print(f"error: QGIS did not come to an end, see {options.folder / 'timeout.png'}", file=sys.stderr)
        return 1
    finally:
        screen.terminate()
        shutil.rmtree(profiles, ignore_errors=True)
    for picture in sorted(options.folder.glob("*.png")):
        print(picture)
    return done.returncode


class Photographer:
    """The part inside QGIS: opens the dialog, runs it, and takes a picture at each step."""

    def __init__(self, iface) -> None:  # noqa: ANN001 - QgisInterface
        from qgis.PyQt.QtCore import QTimer

        self._iface = iface
        self._timer = QTimer()
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._next)
        self._steps = [self._prepare, self._open, self._fill, self._run, self._wait_for_progress, self._wait_for_end]
        self._steps += [self._result, self._confidence, self._filtered]
        self._steps += [self._algorithm, self._run_algorithm, self._wait_for_algorithm, self._toolbox, self._quit]
        self._pause = 4
        self._timer.start()

    def _next(self) -> None:
        if self._pause > 0:
            self._pause -= 1
        elif self._steps[0]():
            self._steps.pop(0)
            self._pause = 3

    def _shoot(self, name: str) -> None:
        path = os.path.join(os.environ["XVIEW2_SHOT_FOLDER"], f"{name}.png")
        subprocess.run(["import", "-window", "root", path], check=True)

    def _prepare(self) -> bool:
        from qgis.core import QgsProject, QgsRasterLayer

        # there is no window manager that could do it
        self._iface.mainWindow().showNormal()
        self._iface.mainWindow().setGeometry(self._iface.mainWindow().screen().geometry())
        for item in self._iface.messageBar().items():
            print(f"QGIS says at its start: {item.text()}", flush=True)
        self._iface.messageBar().clearWidgets()
        for variable in ("XVIEW2_SHOT_PRE", "XVIEW2_SHOT_POST"):
            path = os.environ[variable]
            QgsProject.instance().addMapLayer(QgsRasterLayer(path, Path(path).stem, "gdal"))
        from xview2_qgis.available_models import available_models
        from xview2_qgis.model_store.terms import accept_terms

        for model in available_models():
            accept_terms(model)  # the question would wait for an answer
        self._iface.mapCanvas().zoomToFullExtent()
        return True

    def _open(self) -> bool:
        import qgis.utils
        from qgis.PyQt.QtWidgets import QComboBox

        plugin = qgis.utils.plugins["xview2_qgis"]
        self._dialog = plugin.windows.show("Assess")
        self._dialog.move(380, 110)
        models = self._dialog.model.findChild(QComboBox)
        models.setCurrentText("Compact – default")  # the same result on every machine
        return True

    def _fill(self) -> bool:
        self._shoot("dialog")
        if os.environ["XVIEW2_SHOT_MODEL"]:
            self._dialog.model.add_bundle(os.environ["XVIEW2_SHOT_MODEL"])
        # not in the system's temporary folder: QGIS would ask at its end what becomes of the layer
        output = Path(os.environ["XVIEW2_SHOT_FOLDER"]) / "damage.gpkg"
        output.unlink(missing_ok=True)
        self._dialog.outputs.geopackage.setFilePath(str(output))
        return True

    def _run(self) -> bool:
        self._dialog.run()
        return True

    def _wait_for_progress(self) -> bool:
        if self._dialog.task is not None and not 15 < self._dialog.progress.bar.value() < 100:
            return False
        self._shoot("running")
        return True

    def _wait_for_end(self) -> bool:
        if self._dialog.task is not None:
            return False
        self._shoot("finished")
        self._dialog.close()
        return True

    def _result(self) -> bool:
        if self._iface.mapCanvas().isDrawing():
            return False
        self._shoot("result")
        return True

    def _confidence(self) -> bool:
        import qgis.utils

        self._filter = qgis.utils.plugins["xview2_qgis"].windows.show("Confidence")
        self._filter.move(560, 560)
        self._filter.percent.setValue(75)
        return True

    def _filtered(self) -> bool:
        if self._iface.mapCanvas().isDrawing():
            return False
        self._shoot("confidence")
        return True

    def _algorithm(self) -> bool:
        import processing
        from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject

        self._filter.close()
        project = QgsProject.instance()
        images = [layer.id() for layer in project.mapLayers().values() if layer.type() == layer.RasterLayer]
        project.removeMapLayers([key for key in project.mapLayers() if key not in images])
        root = project.layerTreeRoot()
        root.removeChildrenGroupWithoutLayers()
        folder = Path(os.environ["XVIEW2_SHOT_FOLDER"])
        pair = sorted(images, key=lambda key: project.mapLayer(key).source() != os.environ["XVIEW2_SHOT_PRE"])
        parameters = {
            "PRE": pair[0],
            "POST": pair[1],
            "OUTPUT": QgsProcessingOutputLayerDefinition(str(folder / "toolbox.gpkg"), project),
            "DAMAGE_RASTER": QgsProcessingOutputLayerDefinition(str(folder / "toolbox.tif"), project),
        }
        parameters["MODEL"] = os.environ["XVIEW2_SHOT_MODEL"] or "compact"
        self._dialog = processing.createAlgorithmDialog("xview2:assess", parameters)
        self._finished = False
        self._dialog.algorithmFinished.connect(self._note_end)
        self._dialog.show()
        self._dialog.move(380, 110)
        return True

    def _note_end(self) -> None:
        self._finished = True

    def _run_algorithm(self) -> bool:
        self._shoot("algorithm")
        self._dialog.runButton().click()
        return True

    def _wait_for_algorithm(self) -> bool:
        if not self._finished:
            return False
        self._shoot("log")
        self._dialog.close()
        return True

    def _toolbox(self) -> bool:
        if self._iface.mapCanvas().isDrawing():
            return False
        self._shoot("toolbox")
        return True

    def _quit(self) -> bool:
        from qgis.core import QgsProject

        self._timer.stop()
        # QGIS would ask about layers in a temporary folder and wait for an answer
        QgsProject.instance().clear()
        QgsProject.instance().setDirty(False)
        self._iface.actionExit().trigger()
        return True


if "XVIEW2_SHOT_FOLDER" in os.environ:
    import builtins

    from qgis.utils import iface

    # kept from being collected when this script ends
    builtins.xview2_photographer = Photographer(iface)
elif __name__ == "__main__":
    sys.exit(main())
