"""Where the engine runs: its interpreter, and an environment that nothing of QGIS leaks into.

QGIS brings its own GDAL, PROJ, Qt and Python, and passes their places to child processes in environment variables. The
engine has its own of most of them, and mixing the two breaks both, so these variables are removed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QDir, QObject, QProcess, QProcessEnvironment

from ..i18n.translation import tr

#: Setting that names the interpreter of the engine.
SETTING = "xview2/engine_python"

#: Variable that names the interpreter of the engine where no setting does.
VARIABLE = "XVIEW2_ENGINE_PYTHON"

#: Program that starts the engine of this plugin, whatever else the interpreter has.
START = str(Path(__file__).resolve().parent.parent / "engine_start.py")

_REMOVED_NAMES = frozenset(
    {
        "GEOTIFF_CSV",
        "LD_PRELOAD",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    }
)
# PYTHON…: of QGIS's interpreter or of the user's shell, none of which the engine is meant for
_REMOVED_PREFIXES = ("GDAL_", "OGR_", "PROJ_", "PYTHON", "QGIS_", "QML", "QT_")
# a proxy set for GDAL's network files is the user's own and no path of QGIS
_KEPT_PREFIXES = ("GDAL_HTTP_",)
#: Options of the interpreter: no variable (``PYTHON…``) and no package of the user's home (which may stand in front of
#: those of the environment) takes part, texts are UTF-8 and lines come at once.
ISOLATED = ("-E", "-s", "-X", "utf8", "-u")

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_CLASHING_LIBRARIES = ("libqgis_core*", "libgdal.*", "libproj.*", "libQt5Core.*", "libQt6Core.*")


class EngineMissingError(Exception):
    """No interpreter for the engine was found.

    Args:
        message: what is wrong.
        hint: what to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class EngineEnvironment:
    """An interpreter that has the engine's packages.

    Attributes:
        interpreter: path of the Python interpreter.
    """

    interpreter: str

    def arguments(self, command: list[str]) -> list[str]:
        """Return the arguments of the interpreter that run an engine command."""
        return [*ISOLATED, START, *command]

    def child_process(self, parent: QObject) -> QProcess:
        """Return a process, not yet started, in the environment of the engine.

        Args:
            parent: Qt parent.
        """
        variables = QProcessEnvironment()
        for name, value in clean_variables(os.environ).items():
            variables.insert(name, value)
        process = QProcess(parent)
        process.setProcessEnvironment(variables)
        # always there, and neither the plugin (which could not be replaced meanwhile) nor QGIS with its libraries
        process.setWorkingDirectory(QDir.tempPath())
        return process


def clean_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for the engine: those given, without QGIS's own, and with what the engine needs."""
    cleaned = {}
    for name, value in variables.items():
        upper = name.upper()
        if upper in _REMOVED_NAMES:
            continue
        if upper.startswith(_REMOVED_PREFIXES) and not upper.startswith(_KEPT_PREFIXES):
            continue
        if upper in _LIBRARY_PATHS:
            # the user's CUDA libraries may be in the same variable as QGIS's libraries: only the latter go
            value = os.pathsep.join(entry for entry in value.split(os.pathsep) if entry and not _is_of_qgis(entry))
            if not value:
                continue
        cleaned[name] = value
    # ONNX Runtime would note a number for this device in the user's home. The engine forbids it itself, but the trial
    # of an interpreter imports ONNX Runtime without the engine
    cleaned["ORT_DISABLE_TELEMETRY"] = "1"
    return cleaned


def _is_of_qgis(folder: str) -> bool:
    try:
        return any(next(Path(folder).glob(pattern), None) is not None for pattern in _CLASHING_LIBRARIES)
    except OSError:  # a folder that we may not look into
        return False


def managed_folder() -> Path:
    """Return the folder of the environment that the plugin manages itself, inside the user's profile."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "xview2" / "engine"


def interpreter_in(folder: Path) -> Path:
    """Return where a virtual environment keeps its interpreter."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def find_engine() -> EngineEnvironment:
    """Return the engine to use: that of the setting, of the variable, or the managed one.

    Raises:
        EngineMissingError: none of them is there, or the one that is named does not exist.
    """
    setting = str(QgsSettings().value(SETTING, "") or "").strip()
    variable = os.environ.get(VARIABLE, "").strip()
    named = setting or variable
    if named:
        if not os.path.isfile(named):
            where = tr("the setting {}").format(SETTING) if setting else tr("the variable {}").format(VARIABLE)
            raise EngineMissingError(
                tr("The Python “{python}” named by {where} does not exist.").format(python=named, where=where),
                tr("Choose the Python interpreter of the engine environment."),
            )
        # not resolved: the link inside a virtual environment is what makes Python use that environment
        return EngineEnvironment(os.path.abspath(named))
    managed = interpreter_in(managed_folder())
    if os.path.isfile(managed):
        return EngineEnvironment(str(managed))
    raise EngineMissingError(
        tr("The processing engine is not installed."),
        tr("Click Install… in the window of xView2, or in Settings › Options › xView2."),
    )


def choose_engine(interpreter: str) -> None:
    """Remember the interpreter of the engine in the settings."""
    QgsSettings().setValue(SETTING, interpreter)
