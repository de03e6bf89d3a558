"""The CRS of a map, against geodesic lengths of GeographicLib in PROJ."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsDistanceArea, QgsPointXY, QgsProject, QgsRectangle

from xview2_qgis.map_layout.place.metric_crs import NoPlaceError, centre_in_degrees, extent_in, map_crs

DEGREES = QgsCoordinateReferenceSystem("EPSG:4326")


def crs_of(extent, crs):
    return map_crs(QgsRectangle(*extent), QgsCoordinateReferenceSystem(crs), QgsProject.instance()).authid()


@pytest.mark.parametrize(
    ("extent", "crs", "expected"),
    [
        ((36.1, 36.1, 36.2, 36.2), "EPSG:4326", "EPSG:32637"),
        ((-71.6, -33.1, -71.5, -33.0), "EPSG:4326", "EPSG:32719"),
        ((500000, 4000000, 501000, 4001000), "EPSG:32618", "EPSG:32618"),
        # at 36 degrees, a metre of Web Mercator is 0.81 m on the ground
        ((4018000, 4319000, 4019000, 4320000), "EPSG:3857", "EPSG:32637"),
        # feet of New York
        ((980000, 190000, 985000, 195000), "EPSG:2263", "EPSG:32618"),
        ((179.9, -16.9, 180.2, -16.7), "EPSG:4326", "EPSG:32701"),
        ((-180.2, -16.9, -179.9, -16.7), "EPSG:4326", "EPSG:32760"),
        ((15.0, 85.0, 16.0, 85.1), "EPSG:4326", "EPSG:32661"),
    ],
)
def test_metres_that_are_metres(project, extent, crs, expected):
    assert crs_of(extent, crs) == expected


def test_a_box_in_it_is_as_wide_as_on_the_ground(project):
    extent = QgsRectangle(38.98, 36.10, 39.03, 36.14)
    crs = map_crs(extent, DEGREES, project)
    box = extent_in(extent, DEGREES, crs, project)
    measure = QgsDistanceArea()
    measure.setSourceCrs(DEGREES, project.transformContext())
    measure.setEllipsoid("WGS84")
    wide = measure.measureLine(QgsPointXY(38.98, 36.10), QgsPointXY(39.03, 36.10))
    assert box.width() == pytest.approx(wide, rel=0.02)


@pytest.mark.parametrize("west", [179.95, -180.05])
def test_across_the_antimeridian_a_box_stays_small(project, west):
    extent = QgsRectangle(west, -16.9, west + 0.1, -16.8)
    crs = map_crs(extent, DEGREES, project)
    box = extent_in(extent, DEGREES, crs, project)
    assert 10_000 < box.width() < 12_000
    assert abs(centre_in_degrees(extent, DEGREES, project).x()) == pytest.approx(180.0)


def test_what_has_no_place_is_refused(project):
    with pytest.raises(NoPlaceError):
        map_crs(QgsRectangle(0, 1e30, 1e30, 2e30), QgsCoordinateReferenceSystem("EPSG:32618"), project)
