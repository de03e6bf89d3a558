import numpy as np
import pytest
import shapely
from shapely import affinity
from shapely.geometry import Polygon, box

from xview2_qgis.engine.buildings.regularization import straighten


def ring(*points):
    return np.array([*points, points[0]], float)


def test_rings_without_stairs_are_left_alone():
    hall = ring((0, 0), (40, 0), (40, 9), (12, 9), (12, 20), (0, 20))
    assert straighten(hall) is hall
    square = ring((5, 5), (6, 5), (6, 6), (5, 6))
    assert straighten(square) is square


@pytest.mark.parametrize("origin", [(0, 0), (30_000, 50_000)])
def test_a_digital_line_becomes_one_wall_wherever_it_lies(origin):
    # a roof that falls by one pixel in every four
    stairs = [point for step in range(10) for point in ((4 * step, step), (4 * step + 4, step))]
    corners = straighten(ring(*stairs, (40, 30), (0, 30)) + origin) - origin
    assert len(corners) == 5
    truth = Polygon([(0, -0.5), (40, 9.5), (40, 30), (0, 30)])
    assert Polygon(corners).symmetric_difference(truth).area < 0.01 * truth.area
    np.testing.assert_array_equal(corners[0], corners[-1])


def test_the_walls_turn_with_the_ring():
    house = affinity.rotate(box(0, 0, 40, 24), 28)
    rows, cols = np.mgrid[-20:60, -20:60]
    inside = shapely.contains_xy(house, cols + 0.5, rows + 0.5)
    pixels = shapely.union_all(shapely.box(cols, rows, cols + 1, rows + 1)[inside])
    stairs = shapely.get_coordinates(pixels.simplify(0))
    quarter = np.array([[0, 1], [-1, 0]])
    straight, turned = Polygon(straighten(stairs)), Polygon(straighten(stairs @ quarter) @ quarter.T)
    assert len(straight.exterior.coords) == 5
    assert straight.symmetric_difference(turned).area < 1e-3
