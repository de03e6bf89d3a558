"""A part of the map, drawn once, and its place on a map that has moved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsCoordinateReferenceSystem, QgsMapSettings, QgsPointXY
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QImage, QTransform

_ROUNDING = 0.02  # pixels: transforming there and back is not exact


@dataclass(frozen=True)
class Picture:
    """What layers look like on a map.

    Attributes:
        image: the picture, with the ratio of pixels of its screen.
        settings: the map that it was drawn for.
    """

    image: QImage
    settings: QgsMapSettings

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """CRS of the map."""
        return self.settings.destinationCrs()

    @property
    def corner(self) -> QgsPointXY:
        """Upper left corner of the picture in the CRS of the map."""
        return self.settings.mapToPixel().toMapCoordinates(0, 0)

    def placed(self, corner: QPointF, settings: QgsMapSettings) -> QTransform:
        """Return the transform that puts the picture onto a map of now.

        Args:
            corner: where its upper left corner is on the map of now, in pixels.
            settings: the map of now.
        """
        turn = settings.rotation() - self.settings.rotation()
        scale = self.settings.mapUnitsPerPixel() / settings.mapUnitsPerPixel()
        moved = QTransform.fromTranslate(_rounded(corner.x()), _rounded(corner.y()))
        return moved.rotate(turn).scale(scale, scale)


def _rounded(pixels: float) -> float:
    """Return whole pixels where only rounding is missing: else every pixel would be mixed with its neighbours."""
    return float(round(pixels)) if abs(pixels - round(pixels)) < _ROUNDING else pixels
