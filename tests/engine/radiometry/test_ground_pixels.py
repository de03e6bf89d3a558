"""Clouds, snow and dark water do not take the contrast of the ground; ordinary images stay as they were."""

import cv2
import numpy as np
import pytest

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.raster.stretch_estimate import estimate_stretch

TOP = 230 * 5 + 40


def scene():
    return photo(600, 600).astype(np.float32) * 5 + 40


def cover(share, seed=1):
    """Opacity of a cloud with soft edges, 0…1 (H, W)."""
    slow = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal((600, 600)).astype(np.float32), (0, 0), 40)
    return np.clip((slow - np.quantile(slow, 1 - share)) / (slow.std() * 0.15) + 0.5, 0, 1)


def stretch_of(path, values, dtype="uint16"):
    return estimate_stretch(open_source(write_raster(path, values.astype(dtype))))


@pytest.mark.parametrize("share", [0.04, 0.1, 0.3])
@pytest.mark.parametrize("bright", [2500, 4000, 8000])
def test_clouds(tmp_path, share, bright):
    ground, opacity = scene(), cover(share)
    noise = np.random.default_rng(3).normal(0, bright * 0.01, ground.shape)
    clear = stretch_of(tmp_path / "a.tif", ground)
    cloudy = stretch_of(tmp_path / "b.tif", ground * (1 - opacity) + (bright + noise) * opacity)
    # the clouds themselves would make it 2 to 7 times as high
    assert np.asarray(cloudy.high) == pytest.approx(clear.high, rel=0.5)
    assert np.asarray(cloudy.low) == pytest.approx(clear.low, abs=0.1 * TOP)


def test_reflectance(tmp_path):
    ground, opacity = scene() / 5000, cover(0.1)
    clear = stretch_of(tmp_path / "a.tif", ground, "float32")
    cloudy = stretch_of(tmp_path / "b.tif", ground * (1 - opacity) + 0.95 * opacity, "float32")
    assert np.asarray(cloudy.high) == pytest.approx(clear.high, rel=0.3)


def test_a_dark_mode_below_hazy_ground(tmp_path):
    hazy = scene() + 4000
    dark = hazy.copy()
    dark[:, :60] = np.random.default_rng(2).integers(3, 9, (3, 60, 600))
    clear, found = stretch_of(tmp_path / "a.tif", hazy), stretch_of(tmp_path / "b.tif", dark)
    assert np.asarray(found.low) == pytest.approx(clear.low, abs=0.05 * TOP)


def test_a_bright_town_by_a_dark_sea_is_no_cloud(tmp_path):
    values = np.random.default_rng(2).integers(50, 60, (3, 600, 600)).astype(np.float32)
    values[:, :, 400:] = scene()[:, :, 400:] + 200
    found = stretch_of(tmp_path / "a.tif", values)
    assert np.asarray(found.high) == pytest.approx(np.percentile(values, 99, axis=(1, 2)), rel=0.02)
    assert np.asarray(found.low) == pytest.approx(np.percentile(values, 1, axis=(1, 2)), rel=0.1)


def test_ordinary_images_are_stretched_by_their_percentiles(tmp_path):
    values = scene() ** 1.3
    found = stretch_of(tmp_path / "a.tif", values)
    assert np.asarray(found.high) == pytest.approx(np.percentile(values, 99, axis=(1, 2)), rel=0.01)
