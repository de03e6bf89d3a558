"""Using an environment that the user has already: the interpreter in its folder is tried before it is kept."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...engine_process.environment import EngineEnvironment, choose_engine
from ...engine_process.probe import EngineProbe
from ...i18n.translation import tr
from ...installation.environment_folder import interpreter_of
from ...installation.outcome import InstallationError


class ExistingEnvironment(QObject):
    """Asks for a folder and tries what is in it.

    Signals:
        trying: an interpreter is being tried; its path.
        chosen: the engine will run with this interpreter; its path.
        refused: there is no interpreter, or it cannot run the engine; what is wrong, and what to do.

    Args:
        parent: the widget that the dialog belongs to; also the Qt parent.
    """

    trying = pyqtSignal(str)
    chosen = pyqtSignal(str)
    refused = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._probe: EngineProbe | None = None

    @property
    def busy(self) -> bool:
        """Whether an interpreter is being tried."""
        return self._probe is not None

    def ask(self) -> None:
        """Ask the user for a folder."""
        title = tr("Select the folder of the environment")
        # the link in a virtual environment is what makes Python use that environment
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontResolveSymlinks
        folder = QFileDialog.getExistingDirectory(self._widget, title, str(Path.home()), options)
        if folder:
            self.try_folder(Path(folder))

    def try_folder(self, folder: Path) -> None:
        """Use the interpreter of a folder from now on if it can run the engine; returns at once, a signal follows."""
        if self._probe is not None:
            return
        try:
            interpreter = interpreter_of(folder)
        except InstallationError as error:
            self.refused.emit(str(error))
            return
        self._probe = EngineProbe(EngineEnvironment(str(interpreter)), self)
        self._probe.finished.connect(self._on_probed)
        self.trying.emit(str(interpreter))
        self._probe.start()

    def stop(self) -> None:
        """End a trial."""
        if self._probe is not None:
            self._probe.stop()
            self._probe = None

    def _on_probed(self, problem: str) -> None:
        probe, self._probe = self._probe, None
        if probe is None:
            return
        if problem:
            text = tr("“{}” cannot run the engine.").format(probe.interpreter)
            self.refused.emit(f"{text} {problem}")
        else:
            choose_engine(probe.interpreter)
            self.chosen.emit(probe.interpreter)
        probe.deleteLater()
