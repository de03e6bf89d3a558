"""Choosing the Python that runs the engine: it is tried before it is kept."""

from __future__ import annotations

import os
from collections.abc import Callable

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ...engine_process.environment import EngineEnvironment, EngineMissingError, choose_engine
from ...engine_process.probe import EngineProbe
from ...i18n.literal_text import literal
from ...i18n.translation import tr


class EngineChoice(QWidget):
    """The path of the interpreter, and a button to choose another one.

    Signals:
        trying: an interpreter is being tried; its path.
        chosen: the engine will run with this interpreter; its path.
        refused: no interpreter, or one that cannot run the engine; what is wrong and what to do.

    Args:
        find: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    trying = pyqtSignal(str)
    chosen = pyqtSignal(str)
    refused = pyqtSignal(str)

    def __init__(self, find: Callable[[], EngineEnvironment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._probe: EngineProbe | None = None
        self._path = QLineEdit(self)
        self._path.setReadOnly(True)
        self._path.setPlaceholderText(tr("Not installed"))
        self._button = QPushButton(tr("Choose…"), self)
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self.ask)
        self.setFocusProxy(self._button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._path, 1)
        row.addWidget(self._button)

    @property
    def busy(self) -> bool:
        """Whether an interpreter is being tried."""
        return self._probe is not None

    def current(self) -> EngineEnvironment | None:
        """Return the engine to use and show its path; without one it is refused."""
        try:
            environment = self._find()
        except EngineMissingError as error:
            self._show("")
            self.refused.emit(f"{error.message} {error.hint}")
            return None
        self._show(environment.interpreter)
        return environment

    def ask(self) -> None:
        """Ask the user for an interpreter."""
        path, _ = QFileDialog.getOpenFileName(
            self,
            tr("Select the engine environment"),
            os.path.dirname(self._path.text()),
            # the link in a virtual environment is what makes Python use that environment
            options=QFileDialog.Option.DontResolveSymlinks,
        )
        if path:
            self.try_engine(path)

    def try_engine(self, interpreter: str) -> None:
        """Use an interpreter from now on if it can run the engine; returns at once, a signal follows."""
        if self._probe is not None:
            return
        self._probe = EngineProbe(EngineEnvironment(os.path.abspath(interpreter)), self)
        self._probe.finished.connect(self._on_probed)
        self._button.setEnabled(False)
        self.trying.emit(interpreter)
        self._probe.start()

    def stop(self) -> None:
        """End a trial, because the plugin is unloaded."""
        if self._probe is not None:
            self._probe.stop()
            self._probe = None

    def _on_probed(self, problem: str) -> None:
        probe, self._probe = self._probe, None
        if probe is None:
            return
        self._button.setEnabled(True)
        if problem:
            text = tr("“{}” cannot run the engine.").format(probe.interpreter)
            self.refused.emit(f"{text} {problem}")
        else:
            choose_engine(probe.interpreter)
            self._show(probe.interpreter)
            self.chosen.emit(probe.interpreter)
        probe.deleteLater()

    def _show(self, interpreter: str) -> None:
        self._path.setText(interpreter)
        self._path.setToolTip(literal(interpreter))
