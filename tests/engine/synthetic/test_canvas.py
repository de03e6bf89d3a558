"""Painting: geometry as shapely has it, shadows as trigonometry has them, noise as stated."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box

from xview2_qgis.engine.synthetic.canvas import (
    Patch,
    Sun,
    blend,
    coverage,
    draw_line,
    fill,
    patch_around,
    rectangle,
    sweep,
    value_noise,
)

WIDTH, HEIGHT = 48, 40
WHOLE = Patch(slice(0, HEIGHT), slice(0, WIDTH))
SKEW = rectangle(23.3, 19.6, 0.4, 14.0, 7.0)


def covered(shape):
    """How much of each pixel a shape covers, exactly."""
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    return shapely.area(shapely.intersection(shape, shapely.box(x, y, x + 1, y + 1)))


@given(st.floats(0, 360), st.floats(5, 85), st.floats(0.5, 30))
def test_a_shadow_is_as_long_as_the_sun_is_low_and_points_away_from_it(azimuth, elevation, height):
    sun = Sun(azimuth, elevation)
    assert math.hypot(*sun.direction) == pytest.approx(1)
    east, south = sun.shadow(height)
    assert math.hypot(east, south) == pytest.approx(height / math.tan(math.radians(elevation)))
    # a ray from the top of the pole to the end of its shadow has the direction of the light
    ray = np.array([-east, -south, height]) / math.hypot(east, south, height)
    np.testing.assert_allclose(ray, sun.direction, atol=1e-9)


def test_the_sun_of_the_morning_throws_shadows_to_the_west_and_that_of_noon_to_the_north():
    np.testing.assert_allclose(Sun(90, 45).shadow(3), (-3, 0), atol=1e-9)
    np.testing.assert_allclose(Sun(180, 45).shadow(3), (0, -3), atol=1e-9)  # up in the image


@given(st.floats(-60, 100), st.floats(-60, 100), st.floats(0, 40), st.floats(0, 40))
def test_a_patch_holds_all_pixels_of_the_image_that_touch_the_corners(left, top, width, height):
    patch = patch_around((HEIGHT, WIDTH, 3), (left, top), (left + width, top + height), 0.0)
    touched = covered(box(left, top, left + width, top + height)) > 1e-9
    inside = np.zeros((HEIGHT, WIDTH), bool)
    if not patch.empty:
        inside[patch.rows, patch.cols] = True
        x, y = patch.centres()
        np.testing.assert_array_equal(np.broadcast_arrays(x, y)[0][0], np.flatnonzero(inside.any(axis=0)) + 0.5)
        np.testing.assert_array_equal(np.broadcast_arrays(x, y)[1][:, 0], np.flatnonzero(inside.any(axis=1)) + 0.5)
    assert not (touched & ~inside).any()


@pytest.mark.parametrize(("scale", "octaves"), [(3.0, 1), (12.0, 3)])
def test_noise_is_smooth_has_the_stated_moments_and_repeats_with_its_seed(scale, octaves):
    noise = value_noise(np.random.default_rng(5), 300, 420, scale, octaves)
    assert noise.shape == (300, 420)
    assert noise.dtype == np.float32
    assert noise.mean() == pytest.approx(0, abs=0.15)
    assert noise.std() == pytest.approx(1, abs=0.15)
    near, far = (np.corrcoef(noise[:, :-lag].ravel(), noise[:, lag:].ravel())[0, 1] for lag in (1, round(4 * scale)))
    assert near > 0.8
    assert abs(far) < 0.2
    np.testing.assert_array_equal(noise, value_noise(np.random.default_rng(5), 300, 420, scale, octaves))


def test_polygons_lines_and_swept_shadows_cover_what_shapely_says():
    line = np.array([[6.0, 8.0], [20.0, 14.0], [34.0, 20.0]])
    drawn, swept = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    draw_line(drawn, line, 6.0)
    sweep(swept, SKEW, (-6.5, 8.25))
    moved = SKEW + np.array([-6.5, 8.25])
    pairs = [
        (coverage(SKEW, WHOLE), Polygon(SKEW)),
        (drawn / 255, LineString(line).buffer(3.0, cap_style="flat")),
        (swept / 255, shapely.MultiPoint(np.concatenate([SKEW, moved])).convex_hull),
    ]
    for cover, shape in pairs:
        assert cover.min() >= 0
        assert cover.max() == pytest.approx(1)
        assert not cover[covered(shape.buffer(1.5)) == 0].any()
        assert (cover[covered(shape.buffer(-1.5)) == 1] > 0.99).all()
        # OpenCV draws its soft edge outside the polygon, but not to one side of it
        assert shape.area < cover.sum() < shape.buffer(0.8).area
        middle = [np.sum(cover * axis) / cover.sum() for axis in WHOLE.centres()]
        np.testing.assert_allclose(middle, shape.centroid.coords[0], atol=0.1)


def test_filling_mixes_colour_and_texture_by_opacity_and_stays_inside():
    texture = np.arange(HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH) / 100
    canvas = np.full((HEIGHT, WIDTH, 3), 40, np.float32)
    fill(canvas, SKEW, (240, 140, 90), 0.25, texture)
    inside, outside = covered(Polygon(SKEW).buffer(-1.5)) == 1, covered(Polygon(SKEW).buffer(1.5)) == 0
    colours = 0.75 * 40 + 0.25 * (np.array([240, 140, 90]) + texture[inside][:, None])
    np.testing.assert_allclose(canvas[inside], colours, rtol=1e-5)
    assert (canvas[outside] == 40).all()
    untouched = canvas.copy()
    fill(canvas, SKEW + 500, (0, 0, 0))  # outside the image
    np.testing.assert_array_equal(canvas, untouched)
    blend(canvas, WHOLE, np.ones((HEIGHT, WIDTH), np.float32), np.full((HEIGHT, WIDTH, 3), 7, np.float32))
    assert (canvas == 7).all()


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-7, 7), st.floats(0.5, 40), st.floats(0.5, 40))
def test_a_rectangle_is_a_turned_and_moved_box(x, y, angle, half_length, half_width):
    expected = shapely.affinity.rotate(box(-half_length, -half_width, half_length, half_width), angle, (0, 0), True)
    expected = shapely.affinity.translate(expected, x, y)
    drawn = Polygon(rectangle(x, y, angle, half_length, half_width))
    assert drawn.symmetric_difference(expected).area < 1e-6 * max(1, expected.area)
