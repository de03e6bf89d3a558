"""The synthetic town: deterministic, complete truth, and images in which the truth can be seen."""

import numpy as np
import pytest
from rasterio.features import rasterize

from xview2_qgis.engine.synthetic.town import TownOptions, draw_mask, draw_town
from xview2_qgis.protocol.schema import Damage


@pytest.fixture(scope="module")
def scene():
    return draw_town(3, 640, 512)


def test_images_share_a_grid_and_are_not_blank(scene):
    for image in (scene.pre, scene.post):
        assert image.shape == (3, 512, 640)
        assert image.dtype == np.uint8
        assert image.std() > 12
        assert np.mean((image == 0) | (image == 255)) < 0.02


def test_the_same_seed_gives_the_same_scene(scene):
    again = draw_town(3, 640, 512)
    np.testing.assert_array_equal(scene.pre, again.pre)
    np.testing.assert_array_equal(scene.post, again.post)
    assert all(a.polygon.equals(b.polygon) for a, b in zip(scene.buildings, again.buildings, strict=True))
    assert not np.array_equal(scene.pre, draw_town(4, 640, 512).pre)


def test_buildings_are_valid_lie_inside_and_do_not_overlap(scene):
    for i, building in enumerate(scene.buildings):
        assert building.polygon.is_valid
        left, top, right, bottom = building.polygon.bounds
        assert left >= 0
        assert top >= 0
        assert right <= 640
        assert bottom <= 512
        for other in scene.buildings[i + 1 :]:
            assert building.polygon.intersection(other.polygon).area < 0.1 * building.polygon.area


def test_the_mask_is_what_gdal_rasterizes(scene):
    expected = rasterize([(b.polygon, int(b.damage)) for b in scene.buildings], out_shape=(512, 640), dtype="uint8")
    assert np.mean(draw_mask(scene) != expected) < 1e-4


@pytest.mark.parametrize("hazard", ["wind", "fire", "flood"])
def test_the_damage_mix_is_kept_for_every_hazard(hazard):
    mix = (0.4, 0.3, 0.2, 0.1)
    damages = [b.damage for b in draw_town(5, 700, 500, TownOptions(hazard=hazard, damage_mix=mix)).buildings]
    shares = [damages.count(Damage(n)) / len(damages) for n in (1, 2, 3, 4)]
    # buildings that are cut off at the border take part in the mix but not in the truth
    np.testing.assert_allclose(shares, mix, atol=0.09)


def test_damage_shows_in_the_image_after_and_grows_with_the_class(scene):
    mask = draw_mask(scene)
    grey = [image.astype(float).mean(axis=0) for image in (scene.pre, scene.post)]
    # the illumination changes everywhere: what undamaged roofs lost or gained is not damage
    gain = np.polyfit(grey[0][mask == 1], grey[1][mask == 1], 1)
    change = np.abs(grey[1] - np.polyval(gain, grey[0]))
    means = [change[mask == n].mean() for n in (1, 2, 3, 4)]
    assert means[0] < means[1] < means[2]
    assert means[3] > 1.5 * means[0]


def test_a_shadow_falls_away_from_the_sun():
    scene = draw_town(8, 600, 600, TownOptions(sun_azimuth=180.0, sun_elevation=40.0, density=0.6, palette="arid"))
    grey = scene.pre.astype(float).mean(axis=0)
    north, south = [], []
    for building in scene.buildings:
        x, (_, top, _, bottom) = round(building.polygon.centroid.x), building.polygon.bounds
        if top > 8 and bottom < 590 and 3 < x < 597:
            north.append(grey[int(top) - 5 : int(top) - 1, x - 2 : x + 3].mean())
            south.append(grey[int(bottom) + 2 : int(bottom) + 6, x - 2 : x + 3].mean())
    assert np.median(north) < np.median(south) - 10


def test_an_empty_town_has_an_empty_mask():
    scene = draw_town(1, 40, 30, TownOptions(density=0.0))
    assert draw_mask(scene).shape == (30, 40)


@pytest.mark.parametrize(
    "wrong",
    [{"density": 1.5}, {"damage_mix": (0, 0, 0, 0)}, {"palette": "arctic"}, {"hazard": "earthquake"}],
)
def test_options_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        TownOptions(**wrong)
