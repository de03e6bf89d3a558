"""A map tool that draws polygons: each click is a corner, a right click or a double click closes the polygon."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

_FEWEST_CORNERS = 3
_LINE, _FILL = QColor(70, 70, 70), QColor(120, 120, 120, 70)


class PolygonTool(QgsMapTool):
    """Draws polygons until another tool is chosen or Escape ends it. Backspace takes the last corner back.

    Signals:
        drawn: a polygon is closed; its geometry is in the CRS of the map.
        ended: Escape was pressed while no polygon was begun.

    Args:
        canvas: the map.
    """

    drawn = pyqtSignal(QgsGeometry)
    ended = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._corners: list[QgsPointXY] = []
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setColor(_LINE)
        self._band.setFillColor(_FILL)
        self._band.setWidth(2)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent | None) -> None:  # noqa: N802 - names are QGIS's
        """Set a corner, or close the polygon."""
        if event is None:
            return
        if event.button() == Qt.MouseButton.RightButton:
            self.close_polygon()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.add_corner(event.mapPoint())

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent | None) -> None:  # noqa: N802
        """Close the polygon; the first click of the two has set its last corner."""
        self.close_polygon()

    def canvasMoveEvent(self, event: QgsMapMouseEvent | None) -> None:  # noqa: N802
        """Show the polygon as it would be with a corner here."""
        if event is not None and self._corners:
            self._show([*self._corners, event.mapPoint()])

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Take the last corner back, give the polygon up, or end."""
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self._corners:
            self._corners.pop()
            self._show(self._corners)
            event.ignore()  # QGIS would delete selected features otherwise
        elif event.key() == Qt.Key.Key_Escape:
            begun = bool(self._corners)
            self._forget()
            if not begun:
                self.ended.emit()

    def deactivate(self) -> None:
        """Give a polygon up that is not closed."""
        self._forget()
        super().deactivate()

    def add_corner(self, point: QgsPointXY) -> None:
        """Set a corner, in the CRS of the map."""
        if not self._corners or point != self._corners[-1]:
            self._corners.append(QgsPointXY(point))
        self._show(self._corners)

    def close_polygon(self) -> None:
        """Give away the polygon, if it has an area."""
        corners = list(self._corners)
        self._forget()
        if len(corners) < _FEWEST_CORNERS:
            return
        polygon = QgsGeometry.fromPolygonXY([[*corners, corners[0]]]).makeValid()
        if not polygon.isEmpty() and polygon.area() > 0:
            self.drawn.emit(polygon)

    def remove(self) -> None:
        """Leave the map for good; the tool is not used again."""
        scene = self.canvas().scene()
        if scene is not None:
            scene.removeItem(self._band)
        self.deleteLater()

    def _forget(self) -> None:
        self._corners.clear()
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def _show(self, corners: list[QgsPointXY]) -> None:
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        for corner in corners:
            self._band.addPoint(corner)
