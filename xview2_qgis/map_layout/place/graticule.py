"""The lines of a map's grid: degrees where that is possible, else metres of the map's CRS."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayoutItemMap,
    QgsLayoutItemMapGrid,
    QgsLineSymbol,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)

from ..page.type_face import SOFT, TypeFace
from .metric_crs import box_around

_SECOND = 1.0 / 3600.0
#: Distances of lines, degrees: those that read well in degrees, minutes and seconds.
_DEGREES = tuple(
    count * unit for unit in (_SECOND, 60 * _SECOND, 1.0) for count in (1, 2, 5, 10, 15, 20, 30)
)  # fmt: skip
_METRES = tuple(count * 10.0**decade for decade in range(1, 6) for count in (1, 2, 5))
_MOST_LINES = 5
_CORNER = 7.0  # millimetres on A4
_POLAR = 80.0  # from this latitude on, meridians come too close


@dataclass(frozen=True)
class Graticule:
    """Lines of a grid.

    Attributes:
        crs: in which they are drawn.
        interval: distance of lines, units of the CRS.
        degrees: whether these are degrees.
    """

    crs: QgsCoordinateReferenceSystem
    interval: float
    degrees: bool

    @classmethod
    def of(cls, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, project: QgsProject) -> Graticule:
        """Return the grid for what a map shows.

        Args:
            extent: of the map.
            crs: of the map, metres.
            project: for its choice of transformations.
        """
        geographic = QgsCoordinateReferenceSystem("EPSG:4326")
        box = _degrees(extent, QgsCoordinateTransform(crs, geographic, project))
        if box is None:
            return cls(crs, _interval(_METRES, max(extent.width(), extent.height())), False)
        return cls(geographic, _interval(_DEGREES, max(box.width(), box.height())), True)

    def draw(self, item: QgsLayoutItemMap, size: float, image: bool, at_right: bool) -> None:
        """Draw it on a map, with numbers outside of the frame.

        Args:
            item: the map.
            size: of letters and lines, 1 on A4.
            image: whether there is an image below, on which lines have to be white.
            at_right: whether the numbers of parallels stand at the right, as on a page that is read from there.
        """
        kind = QgsLayoutItemMapGrid
        grid = QgsLayoutItemMapGrid("grid", item)
        item.grids().addGrid(grid)
        grid.setCrs(self.crs)
        grid.setIntervalX(self.interval)
        grid.setIntervalY(self.interval)
        grid.setStyle(kind.GridStyle.Cross)
        grid.setCrossLength(4.0 * size)
        colour = "255,255,255,220" if image else "80,90,95,200"
        grid.setLineSymbol(QgsLineSymbol.createSimple({"color": colour, "width": f"{0.3 * size}"}))
        grid.setFrameStyle(kind.FrameStyle.ExteriorTicks)
        grid.setFrameWidth(1.1 * size)
        grid.setFramePenSize(0.2 * size)
        grid.setAnnotationEnabled(True)
        grid.setAnnotationFormat(kind.AnnotationFormat.CustomFormat)
        grid.setAnnotationExpression(self._numbers(item, size))
        grid.setAnnotationTextFormat(TypeFace(5.6 * size, colour=SOFT).format())
        grid.setAnnotationFrameDistance(0.5 * size)
        sides, flags, shows = kind.BorderSide, kind.FrameSideFlag, kind.DisplayMode
        left, right = (shows.HideAll, shows.LatitudeOnly) if at_right else (shows.LatitudeOnly, shows.HideAll)
        for side, flag, shown in (
            (sides.Left, flags.FrameLeft, left), (sides.Right, flags.FrameRight, right),
            (sides.Top, flags.FrameTop, shows.HideAll), (sides.Bottom, flags.FrameBottom, shows.LongitudeOnly),
        ):  # fmt: skip
            grid.setAnnotationDisplay(shown, side)
            grid.setFrameSideFlag(flag, shown != shows.HideAll)
            grid.setAnnotationPosition(kind.AnnotationPosition.OutsideMapFrame, side)
        beside = sides.Right if at_right else sides.Left
        grid.setAnnotationDirection(kind.AnnotationDirection.Vertical, beside)

    def _numbers(self, item: QgsLayoutItemMap, size: float) -> str:
        """Return the expression for the numbers, without that of a parallel near the lower corner of the map.

        There it would lie on the number of a meridian.
        """
        extent = item.extent()
        corner = QgsPointXY(
            extent.xMinimum(), extent.yMinimum() + _CORNER * size * extent.height() / item.rect().height()
        )
        lowest = QgsCoordinateTransform(item.crs(), self.crs, item.layout().project()).transform(corner).y()
        text = "to_dms(@grid_number, @grid_axis, 0, 'suffix')" if self.degrees else "to_string(round(@grid_number))"
        return f"if(@grid_axis = 'y' and @grid_number < {lowest:.9f}, '', {text})"


def _interval(offered: tuple[float, ...], length: float) -> float:
    return next((step for step in offered if length / step <= _MOST_LINES), offered[-1])


def _degrees(extent: QgsRectangle, transform: QgsCoordinateTransform) -> QgsRectangle | None:
    """Return an extent in degrees; None where degrees do not do: across the antimeridian and near the poles."""
    corners = []
    for x in (extent.xMinimum(), extent.xMaximum()):
        for y in (extent.yMinimum(), extent.yMaximum()):
            try:
                corners.append(transform.transform(x, y))
            except QgsCsException:
                return None
    box = box_around(corners)
    crossed = box.width() > 180.0
    polar = max(abs(box.yMinimum()), abs(box.yMaximum())) > _POLAR
    return None if crossed or polar or not box.isFinite() else box
