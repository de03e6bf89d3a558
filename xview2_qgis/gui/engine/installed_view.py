"""What can be done with an engine that is there: test, repair, remove, copy diagnostics, or use another one."""

from __future__ import annotations

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...engine_process.environment import SETTING
from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...installation.state import EngineState, InstalledEngine
from .state_words import needs_installation

_COLUMNS = 3  # all of them in one row would be wider than a page of QGIS's options with a large font


class InstalledView(QWidget):
    """Where the engine is, and buttons.

    Signals:
        test_wanted, repair_wanted, remove_wanted, diagnostics_wanted: the button was pressed.
        existing_wanted: an environment that is there already shall be used.
        own_wanted: the engine that the plugin manages shall be used instead of another environment.

    Args:
        parent: Qt parent.
    """

    test_wanted = pyqtSignal()
    repair_wanted = pyqtSignal()
    remove_wanted = pyqtSignal()
    diagnostics_wanted = pyqtSignal()
    existing_wanted = pyqtSignal()
    own_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = QLabel(self)
        self.place.setTextFormat(Qt.TextFormat.PlainText)  # names of folders stand in it
        self.place.setWordWrap(True)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.test_button = self._button(tr("T&est"), tr("Run the model on each device, and say what works"))
        self.repair_button = self._button(tr("&Repair"), tr("Install again what is missing or wrong"))
        self.remove_button = self._button(tr("Re&move…"), tr("Delete the engine from the disk"))
        self.diagnostics_button = self._button(
            tr("Copy dia&gnostics"), tr("Copy versions, state and a test for a report, without your user name")
        )
        self.existing_button = self._button(
            tr("Use an e&xisting environment…"), tr("Choose its folder; it is tried before it is kept")
        )
        self.own_button = self._button(
            tr("Use the in&stalled engine"), tr("Use the engine that the plugin manages, not the other environment")
        )
        self._grid = QGridLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.place)
        layout.addLayout(self._grid)
        for button, signal in (
            (self.test_button, self.test_wanted),
            (self.repair_button, self.repair_wanted),
            (self.remove_button, self.remove_wanted),
            (self.diagnostics_button, self.diagnostics_wanted),
            (self.existing_button, self.existing_wanted),
            (self.own_button, self.own_wanted),
        ):
            button.clicked.connect(lambda *_, signal=signal: signal.emit())

    def show_engine(self, engine: InstalledEngine) -> None:
        """Show where an engine is, and the buttons that fit its state."""
        self.place.setText(engine.interpreter or str(engine.folder))
        self.place.setToolTip(literal(self.place.text()))
        managed = engine.state not in (EngineState.ABSENT, EngineState.EXTERNAL)
        self._arrange(
            (self.test_button, bool(engine.interpreter)),
            (self.repair_button, engine.state is EngineState.READY),
            (self.diagnostics_button, True),
            (self.remove_button, managed),
            # otherwise the button stands beside that for an installation
            (self.existing_button, not needs_installation(engine)),
            (self.own_button, bool(QgsSettings().value(SETTING, ""))),
        )

    def _arrange(self, *buttons: tuple[QPushButton, bool]) -> None:
        while self._grid.count():
            self._grid.takeAt(0)
        for button, wanted in buttons:
            button.setVisible(wanted)
            if wanted:
                self._grid.addWidget(button, self._grid.count() // _COLUMNS, self._grid.count() % _COLUMNS)
        self._grid.setColumnStretch(_COLUMNS, 1)

    def _button(self, title: str, tip: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button
