"""The layout of the town: outlines as shapely has them, a bend that is consistent, houses where houses can stand."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry import LineString, Point, Polygon, box

from xview2_qgis.engine.synthetic.layout import Bend, House, Part, lay_out_town
from xview2_qgis.engine.synthetic.palette import CAR_COLOURS, PALETTES

WIDTH, HEIGHT = 640, 500
HALF = st.floats(1, 40)
PLACE = st.floats(-99, 99)


def make_house(*parts, x=50.0, y=40.0, angle=0.3):
    return House(x, y, angle, parts, "hip", (100.0, 90.0, 80.0), 6.0, 0.4, 1)


def make_layout(seed=3, density=0.8, palette="temperate"):
    return lay_out_town(np.random.default_rng(seed), WIDTH, HEIGHT, density, PALETTES[palette])


@pytest.fixture(scope="module")
def layout():
    return make_layout()


@given(st.floats(-4, 4), st.tuples(PLACE, PLACE), st.tuples(HALF, HALF, HALF, HALF), st.data())
def test_the_outline_is_the_union_of_the_turned_boxes_and_the_radius_reaches_its_far_corner(angle, place, sides, data):
    (x, y), (half_u, half_v, wing_u, wing_v) = place, sides
    u, v = data.draw(st.floats(-half_u, half_u)), data.draw(st.floats(-half_v, half_v))
    house = make_house(Part(0, 0, half_u, half_v), Part(u, v, wing_u, wing_v), x=x, y=y, angle=angle)
    flat = box(-half_u, -half_v, half_u, half_v) | box(u - wing_u, v - wing_v, u + wing_u, v + wing_v)
    expected = translate(rotate(flat, angle, (0, 0), use_radians=True), x, y)
    assert house.outline().symmetric_difference(expected).area < 1e-6 * expected.area
    assert len(house.rings()) == 2
    corners = np.concatenate(house.rings())
    assert house.radius == pytest.approx(np.hypot(*(corners - (x, y)).T).max())


def test_parts_that_do_not_touch_are_refused():
    with pytest.raises(ValueError, match="must touch"):
        make_house(Part(0, 0, 5, 5), Part(20, 0, 5, 5)).outline()


@given(st.integers(0, 99), st.floats(-400, 400), st.floats(-400, 400))
def test_places_lie_on_the_bent_plane_and_look_along_the_street(seed, u, v):
    bend = Bend(np.random.default_rng(seed), WIDTH, HEIGHT)
    x, y, angle = bend.place(u, v)
    np.testing.assert_allclose(bend(u, v), (x, y))
    # the direction in which a house looks is that in which its street runs, a step along u
    along = bend(u + 1e-4, v) - bend(u - 1e-4, v)
    assert math.cos(angle - math.atan2(along[1], along[0])) == pytest.approx(1, abs=1e-6)


@given(st.integers(0, 99), st.floats(-300, 300), st.floats(-300, 300), st.floats(20, 200), st.floats(10, 90))
def test_a_quad_is_the_image_of_a_rectangle_of_the_plane(seed, u, v, width, depth):
    bend = Bend(np.random.default_rng(seed), WIDTH, HEIGHT)
    ring = bend.quad(u, u + width, v, v + depth)
    outline = Polygon(ring)
    assert outline.is_valid
    assert outline.covers(Point(bend(u + width / 2, v + depth / 2)))
    corners = shapely.points(bend(np.array([u, u + width, u, u + width]), np.array([v, v, v + depth, v + depth])))
    assert shapely.distance(corners, outline.exterior).max() < 1e-9
    assert outline.area == pytest.approx(width * depth, rel=0.25)  # streets are bent gently


def test_the_same_seed_lays_out_the_same_town(layout):
    again, other = make_layout(), make_layout(seed=4)
    assert again.houses == layout.houses
    assert (again.trees, again.cars) == (layout.trees, layout.cars)
    for one, two in zip(again.roads + again.areas, layout.roads + layout.areas, strict=True):
        np.testing.assert_array_equal(one.points, two.points)
    assert other.houses != layout.houses


@pytest.mark.parametrize("palette", PALETTES)
def test_houses_do_not_overlap_and_keep_off_the_streets(palette):
    layout = make_layout(seed=6, palette=palette)
    outlines = [house.outline() for house in layout.houses]
    assert len(outlines) > 15
    streets = shapely.union_all([LineString(road.points).buffer(road.width / 2) for road in layout.roads])
    for i, outline in enumerate(outlines):
        assert outline.is_valid
        assert outline.intersection(streets).area < 0.05 * outline.area
        assert max((outline.intersection(other).area for other in outlines[:i]), default=0) < 0.1 * outline.area
    for house in layout.houses:
        assert house.roof in ("gable", "hip", "flat")
        assert (house.slope == 0) == (house.roof == "flat")
        assert house.height > 0


def test_what_is_laid_out_belongs_to_the_image_and_to_the_climate(layout):
    near = box(-100, -100, WIDTH + 100, HEIGHT + 100)
    for thing in (*layout.houses, *layout.trees, *layout.cars):
        assert near.contains(Point(thing.x, thing.y))
    assert {tree.species for tree in layout.trees} == set(range(len(PALETTES["temperate"].trees)))
    assert {car.colour for car in layout.cars} <= set(CAR_COLOURS)
    assert {area.kind for area in layout.areas} <= {"lawn", "field", "drive", "parking", "pool", "pond", "yard"}
    assert {car.gone for car in layout.cars} == {True, False}


def test_a_denser_town_has_more_houses_and_a_dry_one_more_flat_roofs():
    seeds = range(4)
    counts = [sum(len(make_layout(seed, density).houses) for seed in seeds) for density in (0.1, 0.5, 1.0)]
    assert counts[0] < 0.8 * counts[1] < 0.8 * 0.9 * counts[2]
    flat = {}
    for name in PALETTES:
        roofs = [house.roof for seed in seeds for house in make_layout(seed, 1.0, name).houses]
        flat[name] = roofs.count("flat") / len(roofs)
    assert sorted(flat, key=flat.get) == sorted(PALETTES, key=lambda name: PALETTES[name].flat_share)
