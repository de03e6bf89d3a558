import cv2
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box

from xview2_qgis.engine.buildings.outlines import trace_all
from xview2_qgis.engine.buildings.right_angles import NEIGHBOURHOOD, gaps, with_right_angles

ALONE = np.array([float(NEIGHBOURHOOD)] * 20)


def pixels(polygon, size=140):
    """Pixels whose centre lies in a polygon; independent of the rasteriser that is used elsewhere."""
    rows, cols = np.mgrid[0:size, 0:size]
    return shapely.contains_xy(polygon, cols + 0.5, rows + 0.5)


def traced(labels, gap=ALONE):
    labels = labels.astype(np.int32)
    return trace_all([labels])[0], trace_all([labels], gaps=[gap])[0]


def slant(polygon):
    """How far the angles between the walls of a polygon are from right ones at most, degrees."""
    worst = 0.0
    for ring in (polygon.exterior, *polygon.interiors):
        walls = np.diff(shapely.get_coordinates(ring), axis=0)
        angles = np.degrees(np.arctan2(walls[:, 1], walls[:, 0]))
        worst = max(worst, float(np.abs((np.diff(angles, append=angles[0]) + 45) % 90 - 45).max()))
    return worst


def farthest_move(one, other):
    """Largest distance between two boundaries, from points a twentieth of a pixel apart on either."""

    def ways(a, b):
        points = [a.interpolate(along) for along in np.arange(0, a.length, 0.05)]
        return max(shapely.distance(points, b))

    return max(ways(one.boundary, other.boundary), ways(other.boundary, one.boundary))


def check(plain, found):
    assert found.is_valid
    assert not found.is_empty
    assert farthest_move(plain, found) <= 1.0
    assert plain.centroid.distance(found.centroid) <= 1.0
    assert abs(found.area - plain.area) <= 0.05 * plain.area
    assert len(found.interiors) == len(plain.interiors)


def check_squared(plain, found, truth):
    """Right angles are due where the building itself, which has some, lies within half a pixel of the plain outline."""
    assert slant(found) < 0.5 or farthest_move(plain, truth) >= 0.5


SIDES = st.floats(12, 60)
TURNED = {"degrees": st.floats(0, 90), "x": st.floats(0, 1), "y": st.floats(0, 1)}


def placed(shape, degrees, x, y):
    return affinity.translate(affinity.rotate(shape, degrees, origin="centroid"), 70 + x, 70 + y)


@settings(max_examples=40, deadline=None)
@given(width=SIDES, height=SIDES, **TURNED)
@example(28, 15, 40, 0.1, 0.7)
def test_rectangles_come_back_with_right_angles(width, height, degrees, x, y):
    truth = placed(box(-width / 2, -height / 2, width / 2, height / 2), degrees, x, y)
    plain, found = (outlines[1] for outlines in traced(pixels(truth)))
    check(plain, found)
    check_squared(plain, found, truth)
    assert found.intersection(truth).area / found.union(truth).area > 0.85


@settings(max_examples=40, deadline=None)
@given(width=st.floats(24, 60), height=st.floats(24, 60), **TURNED)
def test_l_shapes_come_back_with_right_angles(width, height, degrees, x, y):
    shape = box(-width / 2, -height / 2, width / 2, height / 2) - box(0, 0, width, height)
    truth = placed(shape, degrees, x, y)
    plain, found = (outlines[1] for outlines in traced(pixels(truth)))
    check(plain, found)
    check_squared(plain, found, truth)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_a_mask_looks_like_nothing_moves_by_more_than_a_pixel(seed):
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.normal(size=(90, 90)), (0, 0), rng.uniform(2, 6))
    soft += 0.02 * pixels(affinity.rotate(box(25, 30, 70, 60), rng.uniform(0, 90)), 90)
    _, labels = cv2.connectedComponents((soft > np.quantile(soft, 0.7)).astype(np.uint8), connectivity=4)
    for number in range(1, min(int(labels.max()), 4) + 1):
        plain, found = (outlines[1] for outlines in traced(labels == number))
        check(plain, found)


def test_a_round_tank_and_a_staircase_stay_as_they_are():
    plain, found = traced(pixels(shapely.Point(70, 70).buffer(25)))
    assert found == plain
    stairs = {1: box(0, 0, 3, 1).union(box(0, 1, 2, 2))}
    assert with_right_angles(stairs, stairs, ALONE) == stairs


def test_a_courtyard_is_squared_too():
    shape = placed(box(-30, -24, 30, 24) - box(-14, -10, 12, 9), 33, 0.2, 0.4)
    plain, found = (outlines[1] for outlines in traced(pixels(shape)))
    check(plain, found)
    assert slant(found) < 0.5 < slant(plain)


@pytest.mark.parametrize("degrees", [7, 24, 52, 80])
def test_neighbours_that_share_a_wall_do_not_overlap(degrees):
    shapes = [
        affinity.rotate(box(36 + 17 * n, 58, 53 + 17 * n, 80 + 4 * n), degrees, origin=(70, 70)) for n in range(4)
    ]
    labels = np.zeros((140, 140), np.int32)
    for number, shape in enumerate(shapes, start=1):
        labels[pixels(shape)] = number
    plain, found = traced(labels)
    assert set(found) == {1, 2, 3, 4}
    for number, outline in found.items():
        check(plain[number], outline)
        for other in range(number + 1, 5):
            assert outline.intersection(found[other]).area < 1e-9


def test_gaps_are_background_pixels_to_the_next_component():
    labels = np.zeros((10, 12), np.int32)
    labels[2:8, 1:5], labels[2:8, 5:11] = 1, 2
    others = np.zeros((10 + 2 * NEIGHBOURHOOD, 12 + 2 * NEIGHBOURHOOD), bool)
    assert gaps(labels, 2, others).tolist() == [NEIGHBOURHOOD, NEIGHBOURHOOD]
    others[2 + NEIGHBOURHOOD, NEIGHBOURHOOD - 2] = True  # two pixels left of the first one
    others[8 + NEIGHBOURHOOD, 11 + NEIGHBOURHOOD] = True  # at a corner of the second one
    assert gaps(labels, 2, others).tolist() == [2, 0]


def test_a_building_takes_no_ground_beyond_half_of_the_gap():
    """A corner that was cut off would stand on the ground of the next one."""
    plain = Polygon([(0, 0), (38.8, 0), (40, 1.2), (40, 20), (0, 20)])
    slanted = affinity.rotate(plain, 20, origin=(0, 0))
    turned = affinity.rotate(box(0, 0, 39, 20), 20, origin=(0, 0))
    assert slant(with_right_angles({1: slanted}, {1: turned.buffer(0.5)}, np.array([4.0]))[1]) < 0.5
    assert with_right_angles({1: slanted}, {1: turned}, np.array([0.0]))[1] is slanted
