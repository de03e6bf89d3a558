import numpy as np
import pyproj
import pytest
from affine import Affine
from rasterio.crs import CRS

from benchmarks.robustness.geometry import bent, direction, displacements, moved, with_pixels_of
from benchmarks.robustness.placed_image import PlacedImage

UTM = CRS.from_epsg(32616)


def image(pixels, crs=UTM, transform=None):
    return PlacedImage(pixels.astype(np.uint8), transform or Affine(0.5, 0, 600_000, 0, -0.5, 3_340_000), crs)


def test_a_moved_image_lies_as_far_away_as_said():
    plain = image(np.zeros((3, 40, 60)))
    there = moved(plain, 20.0, 5)
    assert np.hypot(there.transform.c - 600_000, there.transform.f - 3_340_000) == pytest.approx(20.0)
    assert (there.transform.a, there.transform.e) == (0.5, -0.5)
    assert moved(plain, 0.0, 5).transform == plain.transform


def test_degrees_are_metres_on_the_ellipsoid():
    degrees = image(np.zeros((3, 40, 60)), CRS.from_epsg(4326), Affine(5e-6, 0, -85.6, 0, -4.5e-6, 30.2))
    there = moved(degrees, 30.0, 1)
    azimuth, _, distance = pyproj.Geod(ellps="WGS84").inv(-85.6, 30.2, there.transform.c, there.transform.f)
    assert distance == pytest.approx(30.0, rel=0.01)
    east, north = direction(1)
    assert np.degrees(np.arctan2(east, north)) == pytest.approx(azimuth, abs=0.5)
    # 5e-6 degrees of longitude are 0.48 m here, 4.5e-6 of latitude 0.5 m
    assert degrees.gsd_m == pytest.approx(0.49, abs=0.005)


def test_directions_are_spread():
    points = np.array([direction(number) for number in range(8)])
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + 9 * np.eye(8)
    assert apart.min() > 0.25
    assert np.allclose(np.linalg.norm(points, axis=1), 1.0)


def test_displacements_are_smooth_and_no_longer_than_said():
    right, down = displacements((300, 400), 10.0, 440.0)
    assert np.hypot(right, down).max() == pytest.approx(10.0, rel=1e-3)
    # the steepest slope of a wave is its height times 2π over its length
    assert np.abs(np.diff(right, axis=1)).max() <= 10.0 * 2 * np.pi / 440.0 * 1.001
    # nothing on average over whole periods
    right, down = displacements((440, 440), 10.0, 440.0)
    assert abs(right.mean()) < 1e-4
    assert abs(down.mean()) < 1e-4


def test_content_comes_to_lie_where_the_displacements_say():
    rows, columns = np.mgrid[:440, :440].astype(float)
    # a quarter of a wave of 220 m from the upper edge, content is 5 m (10 pixels) further right
    blob = 200 * np.exp(-((columns - 220) ** 2 + (rows - 110) ** 2) / 32)
    after = bent(image(np.stack([blob] * 3)), 5.0).pixels[0]
    row, column = np.unravel_index(after.argmax(), after.shape)
    right, down = displacements((440, 440), 10.0, 440.0)
    assert (column - 220, row - 110) == (
        pytest.approx(right[row, column], abs=1.0),
        pytest.approx(down[row, column], abs=1.0),
    )
    assert abs(column - 220) > 5


@pytest.mark.parametrize("size", [0.25, 0.4, 1.0])
def test_other_pixels_show_the_same_ground(size):
    plain = image(np.tile(np.linspace(20, 220, 80), (3, 64, 1)))
    other = with_pixels_of(plain, size)
    assert other.gsd_m == pytest.approx(size, rel=0.02)
    corner = other.transform @ (other.pixels.shape[2], other.pixels.shape[1])
    assert corner == pytest.approx(plain.transform @ (80, 64))
    assert other.pixels.mean() == pytest.approx(plain.pixels.mean(), abs=1.0)
