"""The current building on the map: a line around it, and the map where it is."""

from __future__ import annotations

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtGui import QColor

from ....layers.open_project import open_project

_LINE, _EDGE = QColor("#00e5ff"), QColor(20, 20, 20, 200)
_CLEAR = QColor(0, 0, 0, 0)


class MapMark:
    """Marks one building.

    Args:
        canvas: the map.

    Attributes:
        follows: whether the map moves to a building that is out of sight.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self.follows = True
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setStrokeColor(_LINE)
        self._band.setSecondaryStrokeColor(_EDGE)
        self._band.setFillColor(_CLEAR)
        self._band.setWidth(2)

    def show(self, layer: QgsVectorLayer, fid: int) -> None:
        """Mark a building, and bring it into sight."""
        feature = layer.getFeature(fid)
        if not feature.hasGeometry():
            self.clear()
            return
        self._band.setToGeometry(feature.geometry(), layer)
        if not self.follows:
            return
        shown = self._canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(layer.crs(), shown, open_project().transformContext())
        try:
            box = transform.transformBoundingBox(feature.geometry().boundingBox())
        except QgsCsException:
            return
        if not self._canvas.extent().contains(box):
            self._canvas.setCenter(box.center())
            self._canvas.refresh()

    def clear(self) -> None:
        """Mark nothing."""
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def leave(self) -> None:
        """Take the mark off the map for good."""
        scene = self._canvas.scene()
        if scene is not None:
            scene.removeItem(self._band)
