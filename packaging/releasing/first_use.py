"""Goes the way of a new user in a real QGIS window, from the zip to the first map: a development tool.

In an empty profile, with clicks only: the button of the toolbar, *Install*, *Try the sample town*. Each state is
photographed; clicks and seconds are printed. Needs ``Xvfb``, ``import`` (ImageMagick), QGIS, and a package index for
pip (or a package made by ``packaging/offline_package.py``, with ``--offline``)::

    python3 packaging/releasing/first_use.py dist/xview2_qgis-0.1.0.zip build/first-use --font 11.25

The first part runs outside of QGIS and starts it; the second part is the start-up script inside of QGIS.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

DISPLAY = ":78"


def main() -> int:
    """Unpack the zip into an empty profile, start QGIS on a virtual screen, and wait until the map is there."""
    parser = argparse.ArgumentParser(description="Goes from the zip to the first map with clicks only.")
    parser.add_argument("archive", type=Path, help="zip of the plugin")
    parser.add_argument("folder", type=Path, help="where pictures and figures go")
    parser.add_argument("--size", default="1366x768", help="of the screen, pixels")
    parser.add_argument("--font", type=float, default=9.0, help="size of QGIS's font, points")
    parser.add_argument("--dark", action="store_true", help="with the theme Night Mapping")
    parser.add_argument("--offline", default="", help="offline package to install from")
    parser.add_argument("--seconds", type=int, default=1500, help="give up after this time")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xview2_profiles_") as profiles, open(os.devnull, "w") as nowhere:
        _make_profile(Path(profiles), options)
        environment = {name: value for name, value in os.environ.items() if name != "XVIEW2_ENGINE_PYTHON"}
        environment |= {
            "DISPLAY": DISPLAY,
            "QT_QPA_PLATFORM": "xcb",
            "XVIEW2_FIRST_USE": str(options.folder.resolve()),
            "XVIEW2_OFFLINE": str(Path(options.offline).resolve()) if options.offline else "",
            "XVIEW2_FONT": str(options.font),
        }
        # a plugin of the checkout must not take the place of the one in the zip
        environment.pop("QGIS_PLUGINPATH", None)
        environment.pop("QGIS_CUSTOM_CONFIG_PATH", None)
        screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", f"{options.size}x24"], stderr=nowhere)
        try:
            command = ["qgis", "--profiles-path", profiles, "--nologo", "--noversioncheck", "--code", __file__]
            subprocess.run(command, env=environment, timeout=options.seconds, check=False, stderr=nowhere)
        except subprocess.TimeoutExpired:
            picture = options.folder / "timeout.png"
            subprocess.run(["import", "-display", DISPLAY, "-window", "root", picture], check=False)
            print(f"error: QGIS did not come to an end, see {picture}", file=sys.stderr)
            return 1
        finally:
            screen.terminate()
            screen.wait()
    return _report(options.folder)


def _make_profile(profiles: Path, options: argparse.Namespace) -> None:
    """Do what the plugin manager does with a zip."""
    profile = profiles / "profiles" / "default"
    with zipfile.ZipFile(options.archive) as archive:
        archive.extractall(profile / "python" / "plugins")
    settings = profile / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        "[PythonPlugins]\nprocessing=true\nxview2_qgis=true\n\n"
        "[qgis]\ncheckVersion=false\nshowTips=false\nnewsFeed\\disabled=true\n\n"
        f"[UI]\nUITheme={'Night Mapping' if options.dark else 'default'}\n\n"
        "[app]\nprojections\\unknownCrsBehavior=NoAction\n"
    )


def _report(folder: Path) -> int:
    figures = folder / "figures.json"
    if not figures.is_file():
        print("error: QGIS ended early", file=sys.stderr)
        return 1
    found = json.loads(figures.read_text(encoding="utf-8"))
    print(json.dumps(found, indent=1))
    return 0 if found["layers"] else 1


class NewUser:
    """The part inside QGIS: clicks, waits and takes pictures."""

    def __init__(self, iface) -> None:  # noqa: ANN001 - QgisInterface
        from qgis.PyQt.QtCore import QTimer

        self._iface = iface
        self._folder = Path(os.environ["XVIEW2_FIRST_USE"])
        self._figures = {"clicks": 0, "clicks_to_engine": 0, "seconds": {}, "layers": []}
        self._mark = 0.0
        self._pause = 6
        self._steps = [self._prepare, self._open, self._absent, self._install, self._installing, self._installed]
        self._steps += [self._sample, self._running, self._finished, self._map, self._options, self._quit]
        self._timer = QTimer()
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    def _next(self) -> None:
        if self._pause > 0:
            self._pause -= 1
        elif self._steps[0]():
            self._steps.pop(0)
            self._pause = 2

    # what a user does

    def _click(self, widget) -> None:  # noqa: ANN001 - QWidget
        from qgis.PyQt.QtCore import Qt
        from qgis.PyQt.QtTest import QTest

        if not (widget.isVisible() and widget.isEnabled()):
            raise RuntimeError(f"{widget.text()} cannot be clicked")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self._figures["clicks"] += 1
        self._mark = time.monotonic()

    def _shoot(self, name: str) -> None:
        subprocess.run(["import", "-window", "root", str(self._folder / f"{name}.png")], check=True)

    def _took(self, name: str) -> None:
        self._figures["seconds"][name] = round(time.monotonic() - self._mark, 1)

    def _window(self, name: str):  # noqa: ANN202 - QDialog
        from qgis.PyQt.QtWidgets import QDialog

        window = self._iface.mainWindow().findChild(QDialog, name)
        return window if window is not None and window.isVisible() else None

    # the way

    def _prepare(self) -> bool:
        from qgis.PyQt.QtWidgets import QApplication

        # there is no window manager that could do it
        window = self._iface.mainWindow()
        window.showNormal()
        window.setGeometry(window.screen().geometry())
        size = float(os.environ["XVIEW2_FONT"])
        application = QApplication.instance()
        font = application.font()
        font.setPointSizeF(size)
        application.setFont(font)
        # the style sheet of QGIS has a size of its own
        application.setStyleSheet(f"{application.styleSheet()}\n* {{ font-size: {size}pt; }}")
        self._iface.messageBar().clearWidgets()
        return True

    def _open(self) -> bool:
        from qgis.PyQt.QtWidgets import QAction, QToolBar

        toolbar = self._iface.mainWindow().findChild(QToolBar, "xView2Toolbar")
        action = self._iface.mainWindow().findChild(QAction, "xView2Assess")
        self._click(toolbar.widgetForAction(action))
        return True

    def _absent(self) -> bool:
        dialog = self._window("xView2EngineDialog")
        if dialog is None or not dialog.page.setup_view.install_button.isEnabled():
            return False
        self._took("plan")
        self._shoot("1_absent")
        return True

    def _install(self) -> bool:
        setup = self._window("xView2EngineDialog").page.setup_view
        if os.environ["XVIEW2_OFFLINE"] and setup.plan_view.source.text() != os.environ["XVIEW2_OFFLINE"]:
            setup.use_package(Path(os.environ["XVIEW2_OFFLINE"]))  # what the file dialog would return
            return False
        if not setup.install_button.isEnabled():
            return False
        self._click(setup.install_button)
        return True

    def _installing(self) -> bool:
        dialog = self._window("xView2EngineDialog")
        if dialog.work.busy and dialog.work.percent < 30 and time.monotonic() - self._mark < 20:
            return False
        self._shoot("2_installing")
        return True

    def _installed(self) -> bool:
        dialog = self._window("xView2EngineDialog")
        if dialog.work.busy:
            return False
        self._took("install")
        self._figures["clicks_to_engine"] = self._figures["clicks"]
        self._figures["outcome"] = dialog.work.outcome.message
        self._shoot("3_installed")
        if not dialog.work.outcome.succeeded:
            self._steps = [self._quit, self._quit]
        return True

    def _sample(self) -> bool:
        self._click(self._window("xView2EngineDialog").first_steps.sample_button)
        return True

    def _running(self) -> bool:
        from qgis.PyQt.QtWidgets import QPushButton

        terms = self._window("xView2TermsQuestion")
        if terms is not None:  # of a model that is not for commercial use, once
            self._shoot("4_terms")
            self._click(next(button for button in terms.findChildren(QPushButton) if button.isDefault()))
            return False
        dialog = self._window("xView2AssessDialog")
        if dialog is None or (dialog.task is not None and dialog.progress.bar.value() < 15):
            return dialog is None and bool(self._layers())
        self._shoot("4_running")
        return True

    def _finished(self) -> bool:
        if self._window("xView2AssessDialog") is not None or not self._layers():
            return False
        self._took("map")
        return True

    def _map(self) -> bool:
        if self._iface.mapCanvas().isDrawing():
            return False
        self._figures["layers"] = self._layers()
        self._shoot("5_map")
        return True

    def _options(self) -> bool:
        from qgis.PyQt.QtCore import QTimer

        # the window is modal: what comes next is done by its own event loop
        QTimer.singleShot(2500, self._photograph_options)
        self._iface.showOptionsDialog(self._iface.mainWindow(), "xView2EngineOptions")
        return True

    def _photograph_options(self) -> None:
        from qgis.PyQt.QtWidgets import QApplication

        self._shoot("6_options")
        window = QApplication.activeModalWidget()
        if window is not None:
            window.reject()

    def _layers(self) -> list[str]:
        from qgis.core import QgsProject, QgsVectorLayer

        layers = QgsProject.instance().mapLayers().values()
        return [f"{layer.name()}: {layer.featureCount()}" for layer in layers if isinstance(layer, QgsVectorLayer)]

    def _quit(self) -> bool:
        from qgis.core import QgsProject

        self._timer.stop()
        (self._folder / "figures.json").write_text(json.dumps(self._figures), encoding="utf-8")
        # QGIS would ask whether to save the project, and wait for an answer
        QgsProject.instance().clear()
        QgsProject.instance().setDirty(False)
        self._iface.actionExit().trigger()
        return True


if "XVIEW2_FIRST_USE" in os.environ:
    import builtins

    from qgis.utils import iface

    # kept from being collected when this script ends
    builtins.xview2_new_user = NewUser(iface)
elif __name__ == "__main__":
    sys.exit(main())
