"""Rectangles of QGIS as polygons and files of the engine."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsRectangle,
)

from ..i18n.translation import tr
from .polygon_copy import write_polygons
from .unusable_layer import UnusableLayerError

#: Points along each side of a rectangle, so that it keeps its shape when the engine brings it into another CRS.
_POINTS_PER_SIDE = 20


def extent_polygon(rectangle: QgsRectangle) -> QgsGeometry:
    """Return a rectangle as a polygon with enough points on its sides to survive a change of the CRS."""
    return QgsGeometry.fromRect(rectangle).densifyByCount(_POINTS_PER_SIDE)


def extent_in(
    rectangle: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    wanted: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
) -> QgsGeometry:
    """Return a rectangle of one CRS as a polygon in another, where its sides may bend.

    Raises:
        UnusableLayerError: it has no place there.
    """
    polygon = extent_polygon(rectangle)
    try:
        polygon.transform(QgsCoordinateTransform(crs, wanted, context))
    except QgsCsException as error:
        raise UnusableLayerError(tr("The extent has no place in the CRS of the area.")) from error
    return polygon


def extent_file(rectangle: QgsRectangle, crs: QgsCoordinateReferenceSystem, folder: Path, name: str) -> str:
    """Write a rectangle as one polygon to a GeoPackage and return its path.

    Raises:
        UnusableLayerError: the rectangle is empty or not finite.
    """
    if rectangle.isNull() or rectangle.isEmpty() or not rectangle.isFinite() or not crs.isValid():
        raise UnusableLayerError(tr("The extent is empty or has no CRS."))
    feature = QgsFeature()
    feature.setGeometry(extent_polygon(rectangle))
    return write_polygons([feature], QgsFields(), crs, folder / f"{name}.gpkg")
