"""The engine in the window that assesses: its state, and the way to its page."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ...engine_process.environment import EngineEnvironment, EngineMissingError
from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...installation.state import installed_engine
from ..engine.state_words import state_line


class EngineChoice(QWidget):
    """One line about the engine, and a button.

    Signals:
        settings_wanted: the page of the engine shall be shown.
        refused: there is no engine; what is wrong and what to do.

    Args:
        find: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    settings_wanted = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, find: Callable[[], EngineEnvironment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(tr("Engine settings…"), self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda *_: self.settings_wanted.emit())
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.state, 1)
        row.addWidget(self.button)

    def current(self) -> EngineEnvironment | None:
        """Return the engine to use and show its state; without one it is refused."""
        self.state.setText(state_line(installed_engine()))
        try:
            environment = self._find()
        except EngineMissingError as error:
            self.state.setToolTip(literal(error.message))
            self.refused.emit(f"{error.message} {error.hint}")
            return None
        self.state.setToolTip(literal(environment.interpreter))
        return environment
