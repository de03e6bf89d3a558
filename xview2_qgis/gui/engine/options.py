"""The page of the engine among QGIS's options: Settings › Options › xView2."""

from __future__ import annotations

from qgis.gui import QgsOptionsPageWidget
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ..form_scroll import FormScroll
from ..handbook.view import show_handbook
from .page import EnginePage
from .work import EngineWork


class EngineOptions(QgsOptionsPageWidget):
    """The page; what it does is done at once, not with *OK*.

    Args:
        work: what is done to the engine.
        parent: Qt parent.
    """

    def __init__(self, work: EngineWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2EngineOptions")
        self.page = EnginePage(work, self)
        self.help_button = QPushButton(tr("&Handbook"), self)
        self.help_button.setAutoDefault(False)
        self.help_button.clicked.connect(lambda *_: show_handbook("engine", self))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.help_button)
        column = QWidget(self)
        inner = QVBoxLayout(column)
        inner.addWidget(self.page, 1)
        inner.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(FormScroll(column, self))

    def apply(self) -> None:
        """Do nothing: the buttons have done it."""
