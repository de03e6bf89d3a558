"""Changes of colours against the standard library's colour conversions and plain formulas."""

import colorsys

import numpy as np
import pytest

from training.augmentation.colours import (
    BrightnessContrast,
    ChannelShift,
    Gamma,
    HueSaturationValue,
    Jitter,
    Lighting,
    SensorChange,
)

IMAGE = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
STILL = [
    SensorChange(0), BrightnessContrast(0, 0), Gamma(1, 1), ChannelShift(0), Lighting(0), Jitter(0, 0, 0, 0),
]  # fmt: skip
MOVING = [SensorChange(), BrightnessContrast(), Gamma(), ChannelShift(), Lighting(), HueSaturationValue(), Jitter()]


class Fixed:
    """A source whose uniform draws are the greatest possible ones."""

    def uniform(self, low, high, size=None):
        return high if size is None else np.full(size, high)

    def normal(self, mean, deviation, size):
        return np.array([1.0, 0.0, 0.0]) * deviation


@pytest.mark.parametrize("change", STILL, ids=lambda c: c.kind)
def test_no_strength_changes_nothing(change):
    np.testing.assert_array_equal(change(IMAGE, np.random.default_rng(1)), IMAGE)


@pytest.mark.parametrize("change", MOVING, ids=lambda c: c.kind)
def test_draws_do_not_depend_on_the_image(change):
    first, second = np.random.default_rng(2), np.random.default_rng(2)
    out = change(IMAGE, first)
    change(np.zeros_like(IMAGE), second)
    assert first.random() == second.random()
    assert out.shape == IMAGE.shape
    assert out.dtype == np.uint8
    assert not np.array_equal(out, IMAGE)


def test_curves():
    x = IMAGE / 255
    expected = {
        BrightnessContrast(0.1, 0.2): x * 1.2 + 0.1,
        Gamma(0.8, 1.2): x**1.2,
        ChannelShift(20): x + 20 / 255,
        Lighting(0.3): x + 0.3 * 0.2175 * np.array([-0.5675, -0.5808, -0.5836]),
    }
    for change, value in expected.items():
        np.testing.assert_allclose(change(IMAGE, Fixed()) / 255, value.clip(0, 1), atol=0.6 / 255)


def test_hue_of_pure_red_turns():
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 255
    turned = HueSaturationValue(20, 0, 0)(red, Fixed())
    np.testing.assert_allclose(turned[0, 0] / 255, colorsys.hsv_to_rgb(40 / 360, 1, 1), atol=2 / 255)


def test_jitter_turns_the_hue_by_parts_of_the_circle():
    out = Jitter(0, 0, 0, 0.1)(IMAGE, Fixed())
    for before, after in zip(IMAGE.reshape(-1, 3)[:50] / 255, out.reshape(-1, 3)[:50] / 255, strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*before)
        np.testing.assert_allclose(after, colorsys.hsv_to_rgb((hue + 0.1) % 1, saturation, value), atol=6 / 255)


def test_jitter_scales_about_the_mean_and_about_grey():
    middle = (IMAGE // 4 + 90).astype(np.uint8)  # nothing is clipped
    grey = middle @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(
        Jitter(0, 0.2, 0, 0)(middle, Fixed()), (middle - grey.mean()) * 1.2 + grey.mean(), atol=0.6
    )
    np.testing.assert_allclose(
        Jitter(0, 0, 0.2, 0)(middle, Fixed()), grey[..., None] + (middle - grey[..., None]) * 1.2, atol=0.7
    )
