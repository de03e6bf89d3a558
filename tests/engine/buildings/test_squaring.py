import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box

from xview2_qgis.engine.buildings.squaring import main_direction, squared


def ring_of(polygon):
    return shapely.get_coordinates(polygon.exterior)


def beside(one, other):
    """Degrees between two directions of walls at right angles."""
    return abs((math.degrees(one) - math.degrees(other) + 45) % 90 - 45)


@settings(max_examples=60, deadline=None)
@given(st.floats(5, 80), st.floats(5, 80), st.floats(0, 180))
def test_a_rectangle_tells_its_direction_and_keeps_its_corners(width, height, degrees):
    ring = ring_of(affinity.rotate(box(3, 4, 3 + width, 4 + height), degrees))
    direction = main_direction([ring])
    if min(width, height) < 0.2 * max(width, height):
        return  # a line has no second direction
    assert direction is not None
    assert beside(direction, math.radians(degrees)) < 1e-6
    found = squared(ring, direction, 0.9)
    assert Polygon(found).symmetric_difference(Polygon(ring)).area < 1e-3


def test_a_building_without_right_angles_has_no_direction():
    for corners in (3, 5, 8):
        turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        ring = np.column_stack([30 * np.cos(turns), 30 * np.sin(turns)])
        assert main_direction([np.vstack([ring, ring[:1]])]) is None
    parallelogram = np.array([[0, 0], [40, 0], [60, 20], [20, 20], [0, 0]], float)
    assert main_direction([parallelogram]) is None


def test_walls_turn_about_their_middles():
    ring = np.array([[0, 0], [40, 1], [40, 21], [0, 20], [0, 0]], float)
    found = squared(ring, 0.0, 0.0)
    assert Polygon(found).equals(box(0, 0.5, 40, 20.5))


def test_a_corner_that_was_cut_off_comes_back():
    ring = np.array([[0, 0], [38.8, 0], [40, 1.2], [40, 20], [0, 20], [0, 0]], float)
    assert Polygon(squared(ring, 0.0, 0.9)).equals(box(0, 0, 40, 20))
    assert Polygon(squared(ring, 0.0, 0.8)).equals(Polygon(ring))  # the corner lies 0.85 pixels from what is left


def test_a_long_slanted_wall_stays():
    ring = np.array([[0, 0], [40, 1], [50, 11], [50, 40], [0, 40], [0, 0]], float)
    found = Polygon(squared(ring, 0.0, 0.9))
    assert {(50.0, 11.0), (50.0, 40.0), (0.0, 40.0), (0.0, 0.5), (40.0, 0.5)} == set(found.exterior.coords)


def test_steps_of_less_than_a_pixel_vanish_and_larger_ones_are_square():
    small = np.array([[0, 0], [20, 0], [20, 0.6], [40, 0.6], [40, 20], [0, 20], [0, 0]], float)
    assert Polygon(squared(small, 0.0, 0.9)).equals(box(0, 0.3, 40, 20))
    large = np.array([[0, 0], [20, 0], [21, 3], [40, 3], [40, 20], [0, 20], [0, 0]], float)
    assert Polygon(squared(large, 0.0, 0.9)).equals(box(0, 0, 40, 20) - box(20.5, 0, 40, 3))


@pytest.mark.parametrize("degrees", [0, 30, 61.7])
def test_where_a_ring_begins_makes_no_difference(degrees):
    shape = (box(0, 0, 40, 30) - box(25, 18, 40, 30)) - Polygon([(0, 0), (1.5, 0), (0, 1)])
    ring = ring_of(affinity.rotate(shape, degrees))[:-1]
    direction = main_direction([np.vstack([ring, ring[:1]])])
    first, *others = (
        Polygon(squared(np.vstack([turned, turned[:1]]), direction, 0.9))
        for turned in (np.roll(ring, shift, axis=0) for shift in range(len(ring)))
    )
    assert all(first.symmetric_difference(other).area < 1e-3 for other in others)
