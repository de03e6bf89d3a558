import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from shapely import affinity
from shapely.geometry import Polygon, box

from xview2_qgis.engine.buildings.outlines import to_grid, to_grid_all, trace_all


def pixels(polygon, height=160, width=160):
    """An independent rasteriser: pixels whose centre lies in the polygon."""
    rows, cols = np.mgrid[0:height, 0:width]
    return shapely.contains_xy(polygon, cols + 0.5, rows + 0.5)


def outline(mask, smallest_hole=0.0):
    (found,) = trace_all([mask.astype(np.int32)], smallest_hole=smallest_hole)
    assert list(found) == [1]
    return found[1]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 30), st.integers(0, 30))
def test_a_rectangle_along_the_axes_comes_back_exactly(width, height, left, top):
    polygon = outline(pixels(box(left, top, left + width, top + height), 80, 80))
    assert polygon.area == width * height
    assert set(polygon.exterior.coords) == set(box(left, top, left + width, top + height).exterior.coords)
    assert len(polygon.exterior.coords) == 5


def test_an_l_with_a_courtyard_comes_back_exactly():
    truth = (box(10, 10, 70, 60) - box(40, 10, 70, 35)) - box(16, 40, 30, 52)
    polygon = outline(pixels(truth))
    assert polygon.equals(truth)
    assert len(polygon.interiors) == 1


def test_small_holes_are_filled_and_large_ones_kept():
    truth = box(10, 10, 70, 60) - box(20, 20, 22, 22) - box(40, 30, 60, 50)
    polygon = outline(pixels(truth), smallest_hole=16)
    assert polygon.area == pytest.approx(60 * 50 - 20 * 20)


@pytest.mark.parametrize(("width", "height"), [(20, 30), (40, 25), (90, 30)])
def test_rotated_rectangles_lie_where_they_are(width, height):
    rng = np.random.default_rng(5)
    biases, vertices = [], []
    for _ in range(40):
        # near 0, 45 and 90 degrees a raster itself cannot tell where within half a pixel a wall lies
        degrees = rng.uniform(8, 37) + 90 * rng.integers(0, 2) + 45 * rng.integers(0, 2)
        truth = affinity.rotate(box(-width / 2, -height / 2, width / 2, height / 2), degrees)
        truth = affinity.translate(truth, *(80 + rng.uniform(-1, 1, 2)))
        mask = pixels(truth)
        polygon = outline(mask)
        assert polygon.is_valid
        assert polygon.intersection(truth).area / polygon.union(truth).area >= 0.95
        rows, cols = np.nonzero(mask)
        raster_shift = np.hypot(cols.mean() + 0.5 - truth.centroid.x, rows.mean() + 0.5 - truth.centroid.y)
        # what pixels know of the place at all, and no more than a twentieth of a pixel beside it
        assert polygon.centroid.distance(truth.centroid) < max(0.15, raster_shift + 0.05)
        biases.append(polygon.area / truth.area - 1)
        vertices.append(len(polygon.exterior.coords) - 1)
    assert np.abs(biases).max() < 0.02
    assert abs(np.mean(biases)) < 0.002
    assert np.mean(vertices) < 5


def test_corners_of_slanted_buildings_are_right_angles():
    polygon = outline(pixels(affinity.rotate(box(50, 60, 100, 90), 23)))
    corners = np.asarray(polygon.exterior.coords)
    assert len(corners) == 5
    sides = np.diff(corners, axis=0)
    sides /= np.hypot(*sides.T)[:, None]
    assert np.abs((sides * np.roll(sides, 1, axis=0)).sum(axis=1)).max() < 0.05


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.3, 0.5, 0.7]))
def test_any_blob_gives_a_valid_polygon_that_covers_about_it(seed, share):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random((50, 60)), 1.2)
    labels, count = ndimage.label(noise > np.quantile(noise, share))
    (found,) = trace_all([labels.astype(np.int32)])
    assert sorted(found) == list(range(1, count + 1))
    for number, polygon in found.items():
        assert polygon.is_valid
        assert not polygon.is_empty
        assert polygon.area == pytest.approx((labels == number).sum(), rel=0.101)
    # blobs that meet at a corner do not cover each other
    polygons = [found[number] for number in sorted(found)]
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for one, other in zip(first[first < second], second[first < second], strict=True):
        assert polygons[one].intersection(polygons[other]).area < 1e-9


def test_a_single_pixel_is_a_square():
    assert outline(pixels(box(3, 4, 4, 5))).equals(box(3, 4, 4, 5))


def test_to_grid_follows_rotation():
    transform = Affine.translation(1000, 2000) @ Affine.rotation(30) @ Affine.scale(0.5, -0.5)
    placed = to_grid(Polygon([(0, 0), (10, 0), (10, 4)]), transform)
    assert placed.exterior.coords[1] == pytest.approx(transform @ (10, 0))
    assert placed.area == pytest.approx(20 * 0.25)


@pytest.mark.parametrize("degrees", [0, 30])
def test_many_outlines_are_placed_as_one_by_one(degrees):
    transform = Affine.translation(600_000, 3e6) @ Affine.rotation(degrees) @ Affine.scale(0.5, -0.5)
    outlines = [box(0, 0, 10, 4) - box(2, 1, 3, 2), Polygon([(0, 0), (7, 1), (3, 9)])]
    corners = np.array([(0.0, 0.0), (30_000.0, 1234.0)])
    for placed, outline, corner in zip(to_grid_all(outlines, corners, transform), outlines, corners, strict=True):
        expected = to_grid(outline, transform @ Affine.translation(*corner))
        assert placed.equals_exact(expected, 1e-9)
    assert outlines[0].bounds == (0, 0, 10, 4), "the outlines given are left alone"
