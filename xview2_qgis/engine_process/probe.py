"""A trial of an interpreter before it is kept: can it run the engine?

It imports what the engine imports, in the environment in which the engine would run. The answer comes as a signal, so
that a slow disk does not freeze the window.
"""

from __future__ import annotations

import json

from qgis.PyQt.QtCore import QObject, QProcess, QTimer, pyqtSignal

from ..i18n.translation import tr, trn
from .environment import ISOLATED, EngineEnvironment
from .packages import packages_hint

#: What the packages of the extra ``engine`` in pyproject.toml are imported as.
MODULES = (
    "numpy",
    "rasterio",
    "affine",
    "geopandas",
    "pyogrio",
    "nanoarrow",
    "pyproj",
    "shapely",
    "cv2",
    "scipy",
    "skimage",
    "onnxruntime",
    "jinja2",
    "filelock",
    "yaml",
    "babel",
    "h3",
    "xlsxwriter",
    "arro3.core",
    "arro3.io",
)

#: Oldest Python that the engine runs on.
OLDEST_PYTHON = (3, 11)

#: Seconds after which an answer is no longer waited for.
LIMIT_S = 120.0  # of a slow disk and a virus scanner, the first time

#: Imports the modules it is given and prints what came of it; understood by any Python, also by one that is too old.
PROGRAM = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]  # not the working folder, which may hold anything
import json
missing, broken = [], {}
for name in sys.argv[1:]:
    try:
        __import__(name)
    except Exception:
        error = sys.exc_info()[1]
        if getattr(error, "name", None) in (name, name.partition(".")[0]):
            missing.append(name)
        else:
            broken[name] = "%s: %s" % (type(error).__name__, error)
print(json.dumps({"python": sys.version_info[:3], "missing": missing, "broken": broken}))
"""


class EngineProbe(QObject):
    """One trial.

    Signals:
        finished: what is wrong, as a sentence for people; empty when the interpreter can run the engine. Exactly once.

    Args:
        environment: the interpreter to try.
        parent: Qt parent.
        limit_s: seconds after which the trial has failed.
    """

    finished = pyqtSignal(str)

    def __init__(self, environment: EngineEnvironment, parent: QObject | None = None, limit_s: float = LIMIT_S) -> None:
        super().__init__(parent)
        self.interpreter = environment.interpreter
        self._limit_s = limit_s
        self._ended = False
        self._process = environment.child_process(self)
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._on_limit)

    def start(self) -> None:
        """Start the trial; returns at once."""
        self._limit.start(round(self._limit_s * 1000))
        self._process.start(self.interpreter, [*ISOLATED, "-c", PROGRAM, *MODULES])

    def stop(self) -> None:
        """End the trial without an answer."""
        self._ended = True
        self._kill()

    def _kill(self) -> None:
        self._limit.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # the other errors come with `finished`
        if error == QProcess.ProcessError.FailedToStart:
            self._end(tr("It cannot be started: {}.").format(self._process.errorString()))

    def _on_limit(self) -> None:
        seconds = round(self._limit_s)
        self._end(trn("It did not answer within {n} second.", "It did not answer within {n} seconds.", seconds))
        self._kill()

    def _on_finished(self) -> None:
        self._end(judge(bytes(self._process.readAllStandardOutput()), self.interpreter))

    def _end(self, problem: str) -> None:
        if not self._ended:
            self._ended = True
            self._limit.stop()
            self.finished.emit(problem)


def judge(output: bytes, interpreter: str) -> str:
    """Return what is wrong according to an answer, empty for nothing."""
    try:
        facts = json.loads(output.decode("utf-8", errors="replace").strip().splitlines()[-1])
        version = tuple(int(number) for number in facts["python"])
        missing, broken = [str(name) for name in facts["missing"]], dict(facts["broken"])
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return tr("Not a Python interpreter, or it crashed.")
    if version < OLDEST_PYTHON:
        return tr("It is Python {found}; the engine needs {needed} or newer.").format(
            found=".".join(map(str, version)), needed=".".join(map(str, OLDEST_PYTHON))
        )
    if missing:
        return tr("Missing packages: {}.").format(", ".join(missing)) + " " + packages_hint(interpreter)
    if broken:
        name, error = next(iter(broken.items()))
        return tr("Its package {name} does not load: {error}").format(name=name, error=error)
    return ""
