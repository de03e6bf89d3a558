import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from benchmarks.robustness.appearance import blue_first, dark, dry, eleven_bits, haze, jpeg
from benchmarks.robustness.placed_image import PlacedImage


def of_colour(*rgb, size=32):
    pixels = np.tile(np.uint8(rgb)[:, None, None], (1, size, size))
    return PlacedImage(pixels, Affine(0.5, 0, 0, 0, -0.5, 0), CRS.from_epsg(32616))


def colour(image):
    return image.pixels.reshape(3, -1).mean(axis=1)


def test_haze_brightens_the_dark_most_and_in_blue():
    black, white = colour(haze(of_colour(1, 1, 1))), colour(haze(of_colour(250, 250, 250)))
    assert black[0] < black[1] < black[2]
    # what is left of a difference is the share of light that comes through
    assert (white - black) / 249 == pytest.approx([0.65, 0.60, 0.52], abs=0.005)


def test_haze_leaves_its_own_colour_as_it_is():
    assert colour(haze(of_colour(185, 195, 210))) == pytest.approx([185, 195, 210])


def test_a_dark_image_keeps_its_ratios():
    before, after = colour(of_colour(200, 100, 50)), colour(dark(of_colour(200, 100, 50)))
    assert after / before == pytest.approx([0.58, 0.54, 0.50], abs=0.005)


def test_the_dry_season_changes_what_is_green_alone():
    red, green, blue = colour(dry(of_colour(60, 100, 50)))
    assert red > green > blue
    for grey in (40, 160):
        assert colour(dry(of_colour(grey, grey, grey))) == pytest.approx([grey] * 3)
    assert colour(dry(of_colour(150, 110, 90))) == pytest.approx([150, 110, 90])  # a tiled roof


def test_jpeg_keeps_colours_and_loses_detail():
    noise = of_colour(0, 0, 0)
    noise.pixels[:] = np.random.default_rng(1).integers(1, 255, noise.pixels.shape, np.uint8)
    lossy = jpeg(noise, 50)
    assert lossy.pixels.std() < 0.9 * noise.pixels.std()
    assert lossy.pixels.shape == noise.pixels.shape
    # red stays red: the order of the bands is that of before
    assert colour(jpeg(of_colour(200, 60, 30), 50)) == pytest.approx([200, 60, 30], abs=4)


def test_eleven_bits():
    image = eleven_bits(of_colour(0, 128, 255))
    assert image.pixels.dtype == np.uint16
    assert colour(image) == pytest.approx([110, 180 + 128 / 255 * 1140, 1240], abs=0.5)
    assert image.pixels.max() < 2**11


def test_red_and_blue_change_places():
    assert colour(blue_first(of_colour(10, 20, 30))) == pytest.approx([30, 20, 10])
