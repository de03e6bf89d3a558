"""What QGIS knows of images by itself: at once, and also where there is no engine to ask."""

from __future__ import annotations

import math
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
)

from ..protocol.events import ImageFacts, PairFacts
from ..protocol.image_order import ImageNames
from .extents import extent_polygon
from .raster_drawing import shown_bands
from .source_files import layer_file

_LONLAT = "EPSG:4326"


def image_names(layer: QgsRasterLayer) -> ImageNames:
    """Return the names of the image that a layer shows."""
    return ImageNames(layer.name(), Path(layer_file(layer) or "").stem)


def facts_of_layer(role: str, layer: QgsRasterLayer) -> ImageFacts:
    """Return what QGIS knows of an image.

    Args:
        role: ``pre`` or ``post``.
        layer: the image.
    """
    names = image_names(layer)
    bands = shown_bands(layer)
    return ImageFacts(
        role,
        layer.width(),
        layer.height(),
        layer.bandCount(),
        ", ".join(map(str, bands)) if bands else "",
        pixel_size_m=_pixel_size_m(layer),
        acquired=names.day.isoformat() if names.day is not None else "",
    )


def pair_of_layers(pre: QgsRasterLayer, post: QgsRasterLayer) -> PairFacts | None:
    """Return how two images overlap by their boxes, None where that is unknown."""
    first, second = _outline(pre), _outline(post)
    if first is None or second is None:
        return None
    measure = _measure()
    areas = [measure.measureArea(outline) for outline in (first.intersection(second), first, second)]
    smaller = min(areas[1:])
    if not all(map(math.isfinite, areas)) or smaller <= 0.0:
        return None
    return PairFacts(areas[0], min(areas[0] / smaller, 1.0), 0.0)


def _measure() -> QgsDistanceArea:
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem(_LONLAT), _context())
    measure.setEllipsoid("EPSG:7030")
    return measure


def _context() -> QgsCoordinateTransformContext:
    return QgsProject.instance().transformContext()


def _to_lonlat(layer: QgsRasterLayer) -> QgsCoordinateTransform | None:
    if not layer.crs().isValid():
        return None
    return QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem(_LONLAT), _context())


def _outline(layer: QgsRasterLayer) -> QgsGeometry | None:
    transform = _to_lonlat(layer)
    if transform is None or layer.extent().isEmpty():
        return None
    outline = extent_polygon(layer.extent())
    try:
        outline.transform(transform)
    except QgsCsException:
        return None
    return outline


def _pixel_size_m(layer: QgsRasterLayer) -> float | None:
    transform, middle = _to_lonlat(layer), layer.extent().center()
    width, height = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    if transform is None or not width > 0.0 or not height > 0.0:
        return None
    try:
        here, right, down = (
            transform.transform(point)
            for point in (
                middle,
                QgsPointXY(middle.x() + width, middle.y()),
                QgsPointXY(middle.x(), middle.y() - height),
            )
        )
    except QgsCsException:
        return None
    measure = _measure()
    size = math.sqrt(measure.measureLine(here, right) * measure.measureLine(here, down))
    return size if math.isfinite(size) and size > 0.0 else None
