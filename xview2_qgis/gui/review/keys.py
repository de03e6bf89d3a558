"""The keys of the review: they work while the dock or the map has the focus, and never while somebody types."""

from __future__ import annotations

from collections.abc import Callable

from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtCore import QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from .command import KEYS, Command

_TYPED_INTO = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


class ReviewKeys(QObject):
    """Catches keys before QGIS's own shortcuts of one letter.

    Args:
        dock: the dock; its widgets are watched, but for those that one types into.
        canvas: the map, None without one.
        is_ready: whether there is something to review now.

    Signals:
        pressed: a command was given.
    """

    pressed = pyqtSignal(object)

    def __init__(self, dock: QWidget, canvas: QgsMapCanvas | None, is_ready: Callable[[], bool]) -> None:
        super().__init__(dock)
        self._canvas = canvas
        self._is_ready = is_ready
        self._watched: list[QWidget] = []
        self.watch(dock)
        if canvas is not None:
            canvas.installEventFilter(self)

    def watch(self, widget: QWidget) -> None:
        """Take the keys of a widget and of what is in it now."""
        for each in (widget, *widget.findChildren(QWidget)):
            # a list that is open is a window of its own, in which Enter chooses
            if not is_typed_into(each) and not each.isWindow() and each not in self._watched:
                each.installEventFilter(self)
                self._watched.append(each)

    def leave(self) -> None:
        """Take no more keys of the map."""
        if self._canvas is not None:
            self._canvas.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - name is Qt's
        """Turn a key into a command."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        command = _command(event)
        if command is None or not self._is_ready() or (watched is self._canvas and self._map_is_edited()):
            return False
        event.accept()
        # the first of the two asks whether the key is a shortcut of QGIS
        if kind == QEvent.Type.KeyPress and not (event.isAutoRepeat() and command not in (Command.SKIP, Command.BACK)):
            self.pressed.emit(command)
        return True

    def _map_is_edited(self) -> bool:
        tool = None if self._canvas is None else self._canvas.mapTool()
        return tool is not None and bool(tool.flags() & QgsMapTool.Flag.EditTool)


def is_typed_into(widget: QWidget | None) -> bool:
    """Return whether keys that a widget gets are text."""
    return isinstance(widget, _TYPED_INTO) or (isinstance(widget, QComboBox) and widget.isEditable())


def _command(event: QKeyEvent) -> Command | None:
    # numbers of the number pad are modified by it
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return None
    return KEYS.get(event.key())
