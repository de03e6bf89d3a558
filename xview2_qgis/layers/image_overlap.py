"""Where images overlap: features elsewhere need not be copied for the engine."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsRasterLayer,
    QgsRectangle,
)

#: Share of its longer side by which the box is enlarged: boxes bend a little between two CRS.
_MARGIN = 0.05


def image_overlap(
    images: Iterable[QgsRasterLayer], crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext
) -> QgsRectangle | None:
    """Return a box around what all images cover, a little larger; None where it is unknown.

    Args:
        images: layers with their CRS.
        crs: CRS of the box.
        context: how QGIS is to transform.
    """
    overlap: QgsRectangle | None = None
    for image in images:
        if not image.crs().isValid() or not crs.isValid():
            return None
        try:
            extent = QgsCoordinateTransform(image.crs(), crs, context).transformBoundingBox(image.extent())
        except QgsCsException:
            return None
        overlap = extent if overlap is None else overlap.intersect(extent)
    if overlap is None or overlap.isNull() or overlap.isEmpty() or not overlap.isFinite():
        return None
    return overlap.buffered(_MARGIN * max(overlap.width(), overlap.height()))


def near_images(
    rectangle: QgsRectangle,
    images: Iterable[QgsRasterLayer],
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
) -> QgsRectangle:
    """Return the part of a rectangle around what all images cover; the rectangle itself where it misses that.

    The corners of a map of the whole world have no place on Earth, and none in the CRS of the images.
    """
    overlap = image_overlap(images, crs, context)
    return rectangle.intersect(overlap) if overlap is not None and rectangle.intersects(overlap) else rectangle
