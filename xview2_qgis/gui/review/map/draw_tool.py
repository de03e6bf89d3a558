"""A tool of the map: draw the outline of a building."""

from __future__ import annotations

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsPointXY, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

from ....layers.open_project import open_project

_LINE, _FILL = QColor("#00e5ff"), QColor(0, 229, 255, 50)
_CORNERS = 3


class DrawTool(QgsMapTool):
    """Left clicks set corners, a right click or Enter ends, Backspace takes the last corner back, Escape gives up.

    Args:
        canvas: the map.
        layer: the damage layer, into whose CRS the outline is brought.

    Signals:
        drawn: an outline, in the CRS of the layer.
        given_up: nothing was drawn.
    """

    drawn = pyqtSignal(object)
    given_up = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, layer: QgsVectorLayer) -> None:
        super().__init__(canvas)
        self._map, self._layer = canvas, layer
        self._corners: list[QgsPointXY] = []
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setStrokeColor(_LINE)
        self._band.setFillColor(_FILL)
        self._band.setWidth(2)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, e: QgsMapMouseEvent | None) -> None:  # noqa: N802 - name is QGIS's
        """Set a corner, or end."""
        if e is None:
            return
        if e.button() == Qt.MouseButton.LeftButton:
            self._corners.append(self.toMapCoordinates(e.pos()))
            self._show(None)
        elif e.button() == Qt.MouseButton.RightButton:
            self._end()

    def canvasMoveEvent(self, e: QgsMapMouseEvent | None) -> None:  # noqa: N802 - name is QGIS's
        """Show the side that is being drawn."""
        if self._corners and e is not None:
            self._show(self.toMapCoordinates(e.pos()))

    def keyPressEvent(self, e: QKeyEvent | None) -> None:  # noqa: N802 - name is QGIS's
        """End, take a corner back, or give up."""
        if e is None:
            return
        if e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end()
        elif e.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            del self._corners[-1:]
            self._show(None)
        elif e.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            return
        e.ignore()  # QGIS would go on with the key; ignored means for a tool that it has been used

    def deactivate(self) -> None:
        """Take the outline off the map."""
        self._corners.clear()
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        super().deactivate()

    def _show(self, moving: QgsPointXY | None) -> None:
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        for corner in (*self._corners, *([] if moving is None else [moving])):
            self._band.addPoint(corner)

    def _end(self) -> None:
        if len(self._corners) < _CORNERS:
            self.given_up.emit()
            return
        outline = QgsGeometry.fromPolygonXY([[*self._corners, self._corners[0]]])
        shown = self._map.mapSettings().destinationCrs()
        try:
            outline.transform(QgsCoordinateTransform(shown, self._layer.crs(), open_project().transformContext()))
        except QgsCsException:
            self.given_up.emit()
            return
        self.drawn.emit(outline)
