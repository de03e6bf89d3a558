"""Roofs: they cover their outline, rise as their kind says, and are bright where the sun stands."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from xview2_qgis.engine.synthetic.canvas import Sun
from xview2_qgis.engine.synthetic.layout import House, Part
from xview2_qgis.engine.synthetic.roofs import house_patch, roof_colours

SHAPE = (120, 140, 3)
COLOUR = (120.0, 100.0, 84.0)
MAIN, WING = Part(0, 0, 24, 12), Part(14, 10, 7, 14)


def make_house(*parts, x=70.0, y=60.0, angle=0.0, roof="gable", slope=0.5, seed=1):
    return House(x, y, angle, parts or (MAIN,), roof, COLOUR, 6.0, 0.0 if roof == "flat" else slope, seed)


def centres(patch):
    x, y = np.broadcast_arrays(*patch.centres())
    return shapely.points(x, y)


@given(st.floats(40, 100), st.floats(40, 80), st.floats(-3, 3), st.booleans())
def test_the_distance_to_the_outline_is_positive_inside_and_covers_its_area(x, y, angle, with_wing):
    house = make_house(*((MAIN, WING) if with_wing else (MAIN,)), x=x, y=y, angle=angle)
    outline, place = house.outline(), house_patch(house, SHAPE)
    points = centres(place.patch)
    distance = shapely.distance(points, outline.exterior)
    inside = shapely.contains(outline, points)
    clear = distance > 1e-3
    np.testing.assert_array_equal((place.inside > 0)[clear], inside[clear])
    if with_wing:  # beside the seam of two rectangles the outline is farther away than said
        assert (place.inside <= distance + 1e-3)[inside].all()
    else:
        np.testing.assert_allclose(place.inside[inside], distance[inside], atol=1e-3)
    assert place.cover.sum() == pytest.approx(outline.area, rel=0.03)
    # the axes are those of the building: their length is the distance from its centre
    np.testing.assert_allclose(np.hypot(place.u, place.v), shapely.distance(points, Point(x, y)), atol=1e-3)


def test_a_house_at_the_border_is_cut_and_one_outside_has_no_pixels():
    whole = house_patch(make_house(), SHAPE)
    cut = house_patch(make_house(x=0.0, y=0.0), SHAPE)
    assert (cut.patch.rows.start, cut.patch.cols.start) == (0, 0)
    assert cut.cover.sum() == pytest.approx(whole.cover.sum() / 4, rel=0.02)
    assert house_patch(make_house(x=-200.0), SHAPE).patch.empty


@pytest.mark.parametrize("roof", ["gable", "hip", "flat"])
def test_a_roof_rises_as_its_kind_says(roof):
    place = house_patch(make_house(roof=roof), SHAPE)
    inside = place.inside > 0
    to_sides, to_ends = 12 - np.abs(place.v), 24 - np.abs(place.u)
    rise = {"gable": to_sides, "hip": np.minimum(to_sides, to_ends), "flat": 0 * to_sides}[roof]
    np.testing.assert_allclose(place.height[inside], 0.5 * rise[inside], atol=1e-4)
    assert not place.height[place.inside < -1].any()


def test_the_roof_of_several_rectangles_is_the_highest_of_theirs():
    # margins so wide that all of them are the whole image
    both, *single = (house_patch(make_house(*parts), SHAPE, 200.0) for parts in ((MAIN, WING), (MAIN,), (WING,)))
    np.testing.assert_array_equal(both.height, np.maximum(single[0].height, single[1].height))
    np.testing.assert_array_equal(both.inside, np.maximum(single[0].inside, single[1].inside))
    assert both.height.max() == pytest.approx(0.5 * 12, abs=0.3)


@pytest.mark.parametrize(("azimuth", "bright_rows"), [(180, slice(62, 71)), (0, slice(49, 58))])
def test_the_side_towards_the_sun_is_brighter_by_as_much_as_lambert_says(azimuth, bright_rows):
    slope, elevation = 0.5, 45
    sides = {"south": slice(62, 71), "north": slice(49, 58)}
    light = {"towards": [], "away": []}
    for seed in range(12):
        house = make_house(slope=slope, seed=seed)
        place = house_patch(house, SHAPE)
        colours = roof_colours(house, place, Sun(azimuth, elevation)).mean(axis=2)
        top = place.patch.rows.start
        for rows in sides.values():
            part = colours[rows.start - top : rows.stop - top, 12:-12]
            light["towards" if rows == bright_rows else "away"].append(np.median(part))
    # light falls on level ground with sin(elevation); 0.52 of the light comes from the sky
    up, tilt = math.sin(math.radians(elevation)), math.atan(slope)
    lit = [math.cos(math.radians(90 - elevation) - sign * tilt) / up for sign in (1, -1)]
    expected = (0.52 + 0.48 * lit[0]) / (0.52 + 0.48 * lit[1])
    assert np.mean(light["towards"]) / np.mean(light["away"]) == pytest.approx(expected, rel=0.06)


def test_a_flat_roof_has_its_colour_wherever_the_sun_stands_and_the_seed_decides_its_details():
    house = make_house(roof="flat")
    place = house_patch(house, SHAPE)
    within = place.inside > 2
    for azimuth in (0, 120, 240):
        colours = roof_colours(house, place, Sun(azimuth, 50))
        assert colours.shape == (*place.u.shape, 3)
        np.testing.assert_allclose(np.median(colours[within], axis=0), COLOUR, atol=5)
    again, other = make_house(roof="flat"), make_house(roof="flat", seed=2)
    np.testing.assert_array_equal(roof_colours(again, place, Sun(240, 50)), colours)
    assert not np.array_equal(roof_colours(other, place, Sun(240, 50)), colours)
