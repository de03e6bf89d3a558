"""The layer that keeps drawn polygons: in memory, until its user saves it."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...i18n.translation import tr

#: By this property of a layer it is known again, also in a project that was saved and opened.
_OURS = "xview2/not_visible"


def add_drawn(project: QgsProject, polygon: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """Add a polygon to the layer of drawn ones, which is made where the project has none; return the layer.

    Args:
        project: the open project.
        polygon: a valid polygon.
        crs: its CRS; a new layer gets the same.

    Raises:
        QgsCsException: the polygon has no place in the CRS of the layer.
    """
    layer = _drawn_layer(project) or _new_layer(project, crs)
    shape = QgsGeometry(polygon)
    if layer.crs() != crs:
        shape.transform(QgsCoordinateTransform(crs, layer.crs(), project.transformContext()))
    shape.convertToMultiType()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(shape)
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    layer.triggerRepaint()
    return layer


def _drawn_layer(project: QgsProject) -> QgsVectorLayer | None:
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isValid() and layer.customProperty(_OURS):
            return layer
    return None


def _new_layer(project: QgsProject, crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon", tr("Not visible"), "memory")
    layer.setCrs(crs)
    layer.setCustomProperty(_OURS, True)
    symbol = QgsFillSymbol.createSimple(
        {"style": "b_diagonal", "color": "90,90,90,255", "outline_color": "90,90,90,255", "outline_width": "0.4"}
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    project.addMapLayer(layer)
    return layer
