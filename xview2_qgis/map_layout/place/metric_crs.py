"""The CRS of a map: that of the result where a metre in it is a metre, else the UTM zone around it.

In degrees a map is squeezed; in Web Mercator a scale bar is true at the equator only.
"""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
)

#: By how much lengths may be wrong: UTM itself is by up to 0.04 % in its zone, national grids seldom by more.
_TOLERANCE = 0.004
_ELLIPSOID = "WGS84"
_NORTH_END, _SOUTH_END = 84.0, -80.0  # of UTM; beyond it the polar grids
_STEPS = 20


class NoPlaceError(Exception):
    """The extent has no place on the Earth in its CRS."""


def map_crs(
    extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> QgsCoordinateReferenceSystem:
    """Return the CRS in which an extent is to be drawn.

    Args:
        extent: what the map shows.
        crs: of the extent.
        project: for its choice of transformations.

    Raises:
        NoPlaceError: the extent has no place on the Earth.
    """
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    if not crs.isGeographic() and crs.mapUnits() == metres and _is_true(extent, crs, project):
        return crs
    centre = centre_in_degrees(extent, crs, project)
    if centre.y() > _NORTH_END:
        return QgsCoordinateReferenceSystem("EPSG:32661")
    if centre.y() < _SOUTH_END:
        return QgsCoordinateReferenceSystem("EPSG:32761")
    zone = min(int((centre.x() + 180.0) // 6.0) + 1, 60)
    return QgsCoordinateReferenceSystem(f"EPSG:{(32600 if centre.y() >= 0 else 32700) + zone}")


def centre_in_degrees(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, project: QgsProject) -> QgsPointXY:
    """Return longitude, -180 to 180, and latitude of the middle of an extent.

    Raises:
        NoPlaceError: it has none.
    """
    geographic = QgsCoordinateReferenceSystem("EPSG:4326")
    try:
        centre = QgsCoordinateTransform(crs, geographic, project).transform(extent.center())
    except QgsCsException as error:
        raise NoPlaceError from error
    if not abs(centre.y()) <= 90.0 or not abs(centre.x()) < 1e4:
        raise NoPlaceError
    return QgsPointXY((centre.x() + 180.0) % 360.0 - 180.0, centre.y())


def extent_in(
    extent: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    wanted: QgsCoordinateReferenceSystem,
    project: QgsProject,
) -> QgsRectangle:
    """Return the box in another CRS around an extent; across the antimeridian too.

    Raises:
        NoPlaceError: it has none there.
    """
    transform = QgsCoordinateTransform(crs, wanted, project)
    found = []
    try:
        # point by point: QGIS widens a box across the antimeridian to all of the Earth
        for step in range(_STEPS + 1):
            part = step / _STEPS
            x, y = extent.xMinimum() + part * extent.width(), extent.yMinimum() + part * extent.height()
            for point in (
                QgsPointXY(x, extent.yMinimum()), QgsPointXY(x, extent.yMaximum()),
                QgsPointXY(extent.xMinimum(), y), QgsPointXY(extent.xMaximum(), y),
            ):  # fmt: skip
                found.append(transform.transform(point))
    except QgsCsException as error:
        raise NoPlaceError from error
    box = box_around(found)
    if not box.isFinite():
        raise NoPlaceError
    return box


def box_around(points: Sequence[QgsPointXY]) -> QgsRectangle:
    """Return the smallest box that holds some points."""
    east, north = [point.x() for point in points], [point.y() for point in points]
    return QgsRectangle(min(east), min(north), max(east), max(north))


def _is_true(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, project: QgsProject) -> bool:
    """Return True if lengths to the east and to the north, in the middle of an extent, are those on the ground."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(crs, project.transformContext())
    measure.setEllipsoid(_ELLIPSOID)
    middle, length = extent.center(), 1000.0
    for east, north in ((length, 0.0), (0.0, length)):
        other = QgsPointXY(middle.x() + east, middle.y() + north)
        try:
            true = measure.measureLine(middle, other)
        except QgsCsException as error:
            raise NoPlaceError from error
        if not abs(true / length - 1.0) <= _TOLERANCE:
            return False
    return True
