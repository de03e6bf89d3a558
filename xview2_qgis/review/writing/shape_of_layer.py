"""Outlines that are drawn by hand, as a layer takes them, and their area."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...i18n.translation import tr
from .layer_writing import NotWrittenError

_CORNERS = 3


def as_layer_takes_it(outline: QgsGeometry, layer: QgsVectorLayer) -> QgsGeometry:
    """Return a polygon with as many parts and dimensions as the geometries of a layer.

    Raises:
        NotWrittenError: it is no area, or crosses itself.
    """
    if outline.type() != QgsWkbTypes.GeometryType.PolygonGeometry or outline.area() <= 0:
        raise NotWrittenError(tr("A building needs at least {} corners that enclose an area.").format(_CORNERS))
    if not outline.isGeosValid():
        raise NotWrittenError(tr("The outline crosses itself. Draw it again."))
    fitting = outline.coerceToType(layer.wkbType())
    if len(fitting) != 1:
        raise NotWrittenError(tr("The layer does not take such an outline."))
    return fitting[0]


def area_m2(outline: QgsGeometry, layer: QgsVectorLayer) -> float:
    """Return the ellipsoidal area of an outline in the CRS of a layer, square metres."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsCoordinateTransformContext())
    measure.setEllipsoid(layer.crs().ellipsoidAcronym() or "EPSG:7030")
    return float(measure.measureArea(outline))  # with an ellipsoid always square metres
