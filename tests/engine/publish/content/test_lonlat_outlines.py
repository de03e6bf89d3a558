"""Outlines in degrees: on both sides of the antimeridian nothing is lost, and nothing runs around the world."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from shapely.affinity import rotate
from shapely.geometry import Polygon, box

from xview2_qgis.engine.publish.content.lonlat_outlines import lonlat_outlines

GEOD = pyproj.Geod(ellps="WGS84")


def area(outline):
    return sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in shapely.get_parts(outline))


@given(st.floats(-900, 900), st.floats(-80, 80), st.floats(0, 90), st.floats(1e-5, 0.01))
def test_areas_stay(west, south, turned, size):
    outline = rotate(box(west, south, west + size, south + size), turned)
    placed = lonlat_outlines(np.array([outline], dtype=object), CRS.from_epsg(4326))
    (found,), ((x, y),) = placed.outlines, placed.points
    bounds = found.bounds
    assert bounds[0] >= -180
    assert bounds[2] <= 180
    assert area(found) == pytest.approx(area(outline), rel=1e-3)
    assert shapely.intersects(found, shapely.Point(x, y).buffer(1e-9))
    assert all(part.exterior.is_ccw for part in shapely.get_parts(found))
    assert shapely.get_num_geometries(found) <= 2


def test_a_projected_crs_across_the_antimeridian():
    crs = CRS.from_epsg(32760)
    east = pyproj.Transformer.from_crs(4326, 32760, always_xy=True).transform(180, -17)
    outline = box(east[0] - 10, east[1], east[0] + 10, east[1] + 10)
    placed = lonlat_outlines(np.array([outline], dtype=object), crs)
    parts = shapely.get_parts(placed.outlines)
    assert sorted(round(part.bounds[0]) for part in parts) == [-180, 180]
    assert area(placed.outlines[0]) == pytest.approx(200, rel=0.002)
    assert abs(placed.points[0, 0]) == pytest.approx(180, abs=0.001)


def test_holes_run_the_other_way_and_what_is_in_place_stays():
    outline = Polygon([(1, 1), (1, 2), (2, 2), (2, 1)], [[(1.2, 1.2), (1.4, 1.2), (1.4, 1.4), (1.2, 1.4)]])
    (found,) = lonlat_outlines(np.array([outline], dtype=object), CRS.from_epsg(4326)).outlines
    assert found.equals(outline)
    assert found.exterior.is_ccw
    assert not found.interiors[0].is_ccw


def test_nothing():
    placed = lonlat_outlines(np.empty(0, dtype=object), CRS.from_epsg(32637))
    assert (len(placed.outlines), placed.points.shape) == (0, (0, 2))
