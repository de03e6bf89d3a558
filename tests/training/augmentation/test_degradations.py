"""Degradations by their effect on plain images."""

import numpy as np
import pytest

from training.augmentation.degradations import Blur, BoxBlur, Coarsen, Compression, Noise, SensorNoise

ALL = [Blur(), BoxBlur(), Coarsen(), Noise(), SensorNoise(), Compression()]
TEXTURE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)


@pytest.mark.parametrize("change", ALL, ids=lambda c: c.kind)
def test_form_is_kept_and_draws_do_not_depend_on_the_image(change):
    first, second = np.random.default_rng(1), np.random.default_rng(1)
    out = change(TEXTURE, first)
    change(np.zeros_like(TEXTURE), second)
    assert first.random() == second.random()
    assert out.shape == TEXTURE.shape
    assert out.dtype == np.uint8
    assert not np.array_equal(out, TEXTURE)


@pytest.mark.parametrize("change", [Blur(), BoxBlur(), Coarsen()], ids=lambda c: c.kind)
def test_smoothing_keeps_plain_areas_and_lowers_contrast(change):
    plain = np.full((40, 40, 3), 77, np.uint8)
    np.testing.assert_array_equal(change(plain, np.random.default_rng(0)), plain)
    assert change(TEXTURE, np.random.default_rng(0)).std() < 0.8 * TEXTURE.std()


def test_box_blur_is_the_mean_of_its_square():
    spot = np.zeros((21, 21, 3), np.uint8)
    spot[10, 10] = 255
    edges = {int(np.count_nonzero(BoxBlur(7)(spot, np.random.default_rng(s))[10, :, 0])) for s in range(40)}
    assert edges == {3, 5, 7}


def test_variance_of_noise():
    grey = np.full((200, 200, 3), 128, np.uint8)
    noise = Noise(25, 25)(grey, np.random.default_rng(0)).astype(float) - 128
    assert noise.mean() == pytest.approx(0, abs=0.05)
    assert noise.var() == pytest.approx(25, rel=0.05)
    assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.02
    assert Noise(400, 400)(np.zeros_like(grey), np.random.default_rng(0)).max() < 100  # clipped, not wrapped


def test_sensor_noise_grows_with_light():
    deviations = [
        SensorNoise()(np.full((100, 100, 3), level, np.uint8), np.random.default_rng(0)).astype(float).std()
        for level in (0, 40, 160)
    ]
    assert deviations[0] == 0
    assert deviations[0] < deviations[1] < deviations[2]


def test_compression_at_full_quality_is_close():
    ramp = np.broadcast_to(np.arange(0, 240, 3, dtype=np.uint8)[:, None, None], (80, 64, 3))
    tinted = (ramp * np.array([1.0, 0.6, 0.2])).astype(np.uint8)
    out = Compression(99, 100)(tinted, np.random.default_rng(0))
    assert np.abs(out.astype(int) - tinted).max() <= 6
