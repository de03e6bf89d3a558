"""Vector layers for tests, in the place of the images of ``conftest.py``."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer


def polygon_layer(project: QgsProject, name: str = "zone") -> QgsVectorLayer:
    """Add a layer with two squares of 40 m within the images to a project and return it."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618", name, "memory")
    for west in (500000, 500050):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 4000000, west + 40, 4000040)))
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    project.addMapLayer(layer)
    return layer
