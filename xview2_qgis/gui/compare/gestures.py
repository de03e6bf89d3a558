"""Mouse and keys of a comparison, beside whatever tool of QGIS is in use.

Only what concerns the divider is taken: elsewhere one goes on panning, asking and selecting. A tool of the map would
have to be given up for that, and gets neither the arrow keys nor the space bar, with which QGIS moves the map.
"""

from __future__ import annotations

from inspect import isfunction

from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtCore import QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent

#: How near the divider a press takes hold of it, pixels.
REACH = 12

_STEP, _WIDE_STEP = 0.01, 0.1  # of the width
_FADE = 0.1

_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Space,
    Qt.Key.Key_F,
    Qt.Key.Key_Escape,
)
_ALLOWED = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Gestures(QObject):
    """Watches the canvas while a comparison is shown.

    Signals:
        dragged: the divider was dragged to this share of the width.
        stepped: it shall move by this share of the width.
        faded: the pre-event image shall become more opaque by this, or less.
        blinked: the other image shall be shown.
        blinking: it shall be shown again and again, or no longer.
        left: the comparison shall end.
        resized: the canvas has another size.
        panned: the map is being dragged, or may be.

    Attributes:
        divider: where it is, as a share of the width; None where there is none to be dragged.

    Args:
        canvas: the map; also the Qt parent.
    """

    dragged = pyqtSignal(float)
    stepped = pyqtSignal(float)
    faded = pyqtSignal(float)
    blinked = pyqtSignal()
    blinking = pyqtSignal()
    left = pyqtSignal()
    resized = pyqtSignal()
    panned = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.divider: float | None = None
        self._canvas = canvas
        self._held = False
        self._near = False
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)

    def stop(self) -> None:
        """Watch no longer."""
        self._canvas.removeEventFilter(self)
        self._canvas.viewport().removeEventFilter(self)
        self._point_at(near=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - name is Qt's
        """Take the events that concern the comparison."""
        kind = event.type()
        if watched is self._canvas:
            if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._on_key(event)
            if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
                event.accept()  # else a shortcut of the main window would get the key
                return True
            if kind == QEvent.Type.Resize:
                self.resized.emit()
        elif isinstance(event, QMouseEvent):
            return self._on_mouse(kind, event)
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        if event.key() not in _KEYS or event.modifiers() & ~_ALLOWED:
            return False
        return event.key() != Qt.Key.Key_Escape or not _reads_keys(self._canvas.mapTool())

    def _on_key(self, event: QKeyEvent) -> bool:
        if not self._is_ours(event):
            return False
        step = _WIDE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        key = event.key()
        if key == Qt.Key.Key_Left:
            self.stepped.emit(-step)
        elif key == Qt.Key.Key_Right:
            self.stepped.emit(step)
        elif key == Qt.Key.Key_Up:
            self.faded.emit(_FADE)
        elif key == Qt.Key.Key_Down:
            self.faded.emit(-_FADE)
        elif event.isAutoRepeat():
            pass  # a key that is held shall not flicker
        elif key == Qt.Key.Key_Space:
            self.blinked.emit()
        elif key == Qt.Key.Key_F:
            self.blinking.emit()
        else:
            self.left.emit()
        return True

    def _on_mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        x, width = event.pos().x(), max(self._canvas.viewport().width(), 1)
        near = self.divider is not None and abs(x - self.divider * width) <= REACH
        if self._held:
            if kind == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
                self._held = False
            self.dragged.emit(x / width)
            return True
        if not event.buttons():
            self._point_at(near)
        elif kind == QEvent.Type.MouseMove:
            self.panned.emit()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton and near:
            self._held = True
            self._canvas.setFocus()
            return True
        return False

    def _point_at(self, near: bool) -> None:
        """Show by the cursor whether the divider is in reach."""
        if near == self._near:
            return
        self._near = near
        if near:
            self._canvas.viewport().setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self._canvas.viewport().unsetCursor()


def _reads_keys(tool: QgsMapTool | None) -> bool:
    """Return whether a tool has a use for Escape: one that draws takes back the line that was begun."""
    if tool is None:
        return False
    # tools of plugins do not always say that they edit
    return bool(tool.flags() & QgsMapTool.Flag.EditTool) or isfunction(type(tool).keyPressEvent)
