"""The field for a note, there while a note is written."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from ....i18n.translation import tr

_LONGEST = 500  # letters


class NoteField(QLineEdit):
    """Enter saves, Escape leaves.

    Args:
        parent: Qt parent.

    Signals:
        left: the note shall stay as it was.
    """

    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Note: Enter saves, Escape leaves"))
        self.setAccessibleName(tr("Note"))
        self.setMaxLength(_LONGEST)
        self.hide()

    def begin(self, text: str) -> None:
        """Write, beginning with the note that is there."""
        self.setText(text)
        self.show()
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name is Qt's
        """Leave with Escape; Enter goes no further, where it would mean something else."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
