import geopandas
import numpy as np
import pytest
from shapely import affinity
from shapely.geometry import Point, box

from benchmarks.outlines.boundaries import boundary_error
from benchmarks.product import matches


def test_the_same_outline_is_no_distance_away():
    assert boundary_error(box(0, 0, 9, 7), box(0, 0, 9, 7)) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0])
def test_a_square_in_a_square(width):
    """From inside all points are ``width`` away; from outside the corners are farther, by Pythagoras."""
    side = 20.0
    mean, most = boundary_error(box(0, 0, side, side), box(width, width, side - width, side - width))
    along = np.linspace(0, width, 10001)[1:]  # from where the corner of the inner one is nearest, to the outer corner
    corners = 8 * np.hypot(width, along).mean() * width
    outer = ((side * 4 - 8 * width) * width + corners) / (side * 4)
    assert mean == pytest.approx((width + outer) / 2, rel=1e-3)
    assert width <= most <= width * np.sqrt(2)


def test_a_shifted_square():
    """Two sides slide along themselves: only what reaches beyond the other one is away."""
    side, shift = 20.0, 1.0
    mean, most = boundary_error(box(0, 0, side, side), box(shift, 0, side + shift, side))
    # one wall across the shift is a shift away all along; the ends of the other one are nearer to walls along it
    inside = np.minimum(shift, np.minimum(np.linspace(0, side, 20001), np.linspace(side, 0, 20001))).mean()
    beyond = shift / 2 * shift  # of the walls along the shift, what has no wall opposite: from 0 to a shift
    assert mean == pytest.approx((side * (shift + inside) + 2 * beyond) / (4 * side), rel=5e-3)
    assert most == pytest.approx(shift, abs=1e-6)
    assert boundary_error(box(shift, 0, side + shift, side), box(0, 0, side, side)) == pytest.approx((mean, most))


def test_circles_and_holes():
    mean, most = boundary_error(Point(0, 0).buffer(10, 256), Point(0, 0).buffer(12, 256))
    assert (mean, most) == pytest.approx((2, 2), abs=1e-3)
    filled, courtyard = box(0, 0, 40, 40), box(0, 0, 40, 40) - box(15, 15, 25, 25)
    assert boundary_error(filled, courtyard).mean_m == pytest.approx(0.5 * 40 * 15 / 200, rel=0.02)


def test_matches_tell_metres_on_the_ground():
    house = affinity.translate(box(0, 0, 12, 10), 620_000, 3_340_000)
    answer = {"damage": [1], "confidence": [0.9], "p_no_damage": [0.9], "p_minor_damage": [0.1],
              "p_major_damage": [0.0], "p_destroyed": [0.0]}  # fmt: skip
    found = geopandas.GeoDataFrame(answer, geometry=[house.buffer(0.8, join_style="mitre")], crs=32616)
    labels = geopandas.GeoDataFrame({"subtype": ["no-damage"]}, geometry=[house], crs=32616)
    rows = matches(found.to_crs(4326), labels.to_crs(4326))
    expected = boundary_error(house, found.geometry.iloc[0])
    assert rows[["boundary", "boundary_most"]].to_numpy()[0] == pytest.approx(expected, abs=0.01)
