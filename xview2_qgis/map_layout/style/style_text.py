"""A way of drawing as a text, in which a layout keeps it for its map alone."""

from __future__ import annotations

from qgis.core import QgsFeatureRenderer, QgsMapLayerStyle, QgsVectorLayer


def style_text(renderer: QgsFeatureRenderer) -> str:
    """Return the style of a layer of polygons that is drawn so, without labels, as QGIS keeps styles (XML)."""
    # a layer without a file: that of the user stays as it is, and is not opened once more
    drawn = QgsVectorLayer("Polygon", "drawn", "memory")
    drawn.setRenderer(renderer)
    style = QgsMapLayerStyle()
    style.readFromLayer(drawn)
    return str(style.xmlData())
