"""Drawing a missed building: the tool while it is in use, and the tool that was in use before."""

from __future__ import annotations

from qgis.core import QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from .draw_tool import DrawTool


class Drawing(QObject):
    """Hands the map to a tool for one outline.

    Args:
        canvas: the map.
        parent: Qt parent.

    Signals:
        drawn: an outline, in the CRS of the layer.
    """

    drawn = pyqtSignal(object)

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._tool: DrawTool | None = None
        self._before: QgsMapTool | None = None

    def is_active(self) -> bool:
        """Return whether an outline is being drawn."""
        return self._tool is not None and self._canvas.mapTool() is self._tool

    def start(self, layer: QgsVectorLayer) -> None:
        """Let an outline be drawn."""
        self.stop()
        self._before = self._canvas.mapTool()
        self._tool = DrawTool(self._canvas, layer)
        self._tool.drawn.connect(self._on_drawn)
        self._tool.given_up.connect(self.stop)
        self._canvas.setMapTool(self._tool)
        self._canvas.setFocus()

    def stop(self) -> None:
        """Give the map back to the tool that had it."""
        tool, self._tool = self._tool, None
        if tool is None:
            return
        if self._canvas.mapTool() is tool:
            if self._before is not None and not sip.isdeleted(self._before):
                self._canvas.setMapTool(self._before)
            else:
                self._canvas.unsetMapTool(tool)
        tool.deleteLater()

    def _on_drawn(self, outline: object) -> None:
        self.stop()
        self.drawn.emit(outline)
