"""The wheel scrolls a form; it does not change the choices that it passes."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QComboBox, QWidget


class WheelGuard(QObject):
    """Keeps the mouse wheel from a list without the keyboard focus; the form around it scrolls instead.

    Args:
        form: all lists in it are guarded; also the guard's Qt parent.
    """

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        for choice in form.findChildren(QComboBox):
            # by default a list takes the focus when the wheel moves over it
            choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            choice.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - name is Qt's
        """Return whether an event ends here."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
