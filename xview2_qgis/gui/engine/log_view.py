"""The log of the work, folded at first, with a button that copies it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...protocol.redaction import redacted
from .work import EngineWork

_LOWEST = 110  # pixels


class LogView(QWidget):
    """Shows the lines of the work so far, and those that come.

    Args:
        work: whose log is shown.
        parent: Qt parent.
    """

    def __init__(self, work: EngineWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.details = QToolButton(self)
        self.details.setText(tr("&Details"))
        self.details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details.setAutoRaise(True)
        self.details.setCheckable(True)
        self.details.toggled.connect(self._unfold)
        self.copy_button = QToolButton(self)
        self.copy_button.setText(tr("Cop&y log"))
        self.copy_button.setAutoRaise(True)
        self.copy_button.setToolTip(tr("Copy the log, without your user name"))
        self.copy_button.clicked.connect(self.copy)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(4000)
        self.text.setMinimumHeight(_LOWEST)
        self.text.setAccessibleName(tr("Log"))
        self.text.setPlaceholderText(tr("Nothing has been done yet."))
        self.text.setPlainText(work.log)
        row = QHBoxLayout()
        row.addWidget(self.details)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.text, 1)
        layout.addStretch(0)  # takes the room of a log that is folded
        work.logged.connect(self.text.appendPlainText)
        self._unfold(False)

    def open(self) -> None:
        """Show the log, because it explains a failure."""
        self.details.setChecked(True)

    def copy(self) -> None:
        """Copy the log to the clipboard, without the user's name."""
        QApplication.clipboard().setText("\n".join(redacted(line) for line in self._work.log.splitlines()))

    def _unfold(self, unfolded: bool) -> None:
        self.text.setVisible(unfolded)
        self.copy_button.setVisible(unfolded)
        folded = Qt.ArrowType.LeftArrow if self.isRightToLeft() else Qt.ArrowType.RightArrow
        self.details.setArrowType(Qt.ArrowType.DownArrow if unfolded else folded)
