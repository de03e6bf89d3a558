"""The analyst: looks at a building of the drawn town, and knows what has become of it."""

from __future__ import annotations

from collections import Counter

from qgis.core import QgsCoordinateTransform, QgsFeature, QgsGeometry, QgsProject, QgsSpatialIndex, QgsVectorLayer
from qgis.PyQt.QtCore import Qt

_KEYS = {
    "unknown": Qt.Key.Key_0,
    "no-damage": Qt.Key.Key_1,
    "minor-damage": Qt.Key.Key_2,
    "major-damage": Qt.Key.Key_3,
    "destroyed": Qt.Key.Key_4,
}
_LEAST_SHARE = 0.25  # of the outline; the rest of what the model draws is no building


class Analyst:
    """Answers by place: with the class of the true building that an outline covers most.

    Args:
        truth: path of the GeoPackage with the true buildings.
    """

    def __init__(self, truth: str) -> None:
        # no layer of the project: the analyst knows it, QGIS does not
        self._layer = QgsVectorLayer(truth, "truth", "ogr")
        self._true: dict[int, QgsFeature] = {feature.id(): feature for feature in self._layer.getFeatures()}
        self._index = QgsSpatialIndex(self._layer.getFeatures())

    def key(self, layer: QgsVectorLayer, fid: int) -> Qt.Key:
        """Return the key for a building of a damage layer."""
        word = self.word(layer, fid)
        return _KEYS[word] if word else Qt.Key.Key_X

    def counts(self, layer: QgsVectorLayer) -> dict[str, int]:
        """Return what a review of all buildings would count; an empty word stands for no building."""
        return dict(Counter(self.word(layer, feature.id()) for feature in layer.getFeatures()))

    def word(self, layer: QgsVectorLayer, fid: int) -> str:
        """Return the true class of a building of a damage layer, empty where there is no building."""
        outline = QgsGeometry(layer.getFeature(fid).geometry())
        outline.transform(QgsCoordinateTransform(layer.crs(), self._layer.crs(), QgsProject.instance()))
        shared = {
            near: self._true[near].geometry().intersection(outline).area()
            for near in self._index.intersects(outline.boundingBox())
        }
        best = max(shared, key=lambda near: shared[near], default=None)
        if best is None or shared[best] < _LEAST_SHARE * outline.area():
            return ""
        return str(self._true[best]["damage_class"])
