from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle

from xview2_qgis.map_layout.place.graticule import Graticule

SECOND = 1 / 3600


@pytest.mark.parametrize(("width", "seconds"), [(300.0, 5), (3000.0, 30), (60_000.0, 600)])
def test_degrees_in_steps_that_people_read(project, width, seconds):
    extent = QgsRectangle(500000, 4000000, 500000 + width, 4000000 + width)
    grid = Graticule.of(extent, QgsCoordinateReferenceSystem("EPSG:32618"), project)
    assert grid.degrees
    assert grid.interval == pytest.approx(seconds * SECOND)


@pytest.mark.parametrize(
    ("crs", "corner"), [("EPSG:32701", (165000.0, 8120000.0)), ("EPSG:32661", (2100000.0, 1900000.0))]
)
def test_metres_where_degrees_would_leap(project, crs, corner):
    """Beside the antimeridian, and near a pole."""
    extent = QgsRectangle(*corner, corner[0] + 60_000, corner[1] + 60_000)
    grid = Graticule.of(extent, QgsCoordinateReferenceSystem(crs), project)
    assert not grid.degrees
    assert grid.crs.authid() == crs
    assert 60_000 / 6 <= grid.interval <= 60_000 / 2
