"""Crops: what pre, post and masks share and what not."""

from dataclasses import replace

import numpy as np
import pytest

from training.augmentation.presets import AUGMENTATIONS, augmentation_preset
from training.data.crops import draw_crop
from training.data.xbd import LabelledPair

ROWS, COLUMNS = np.mgrid[:256, :256].astype(np.uint8)
IMAGE = np.stack([ROWS, COLUMNS, np.full_like(ROWS, 255)], axis=-1)
PAIR = LabelledPair("p_1", IMAGE, IMAGE, (ROWS > 100).astype(np.uint8), (COLUMNS // 64 + 1).astype(np.uint8))


def crops(augmentation, count=12, **options):
    return [draw_crop(PAIR, 64, augmentation, np.random.default_rng(n), **options) for n in range(count)]


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_same_geometry_for_pre_and_post(name):
    for crop in crops(replace(AUGMENTATIONS[name], colours=(), displacement=0.0)):
        np.testing.assert_array_equal(crop.pre, crop.post)
        assert crop.pre.shape == (3, 64, 64)
        assert crop.pre.flags.c_contiguous


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_colours_do_not_touch_the_geometry(name):
    for plain, coloured in zip(
        crops(replace(AUGMENTATIONS[name], colours=())), crops(AUGMENTATIONS[name]), strict=True
    ):
        np.testing.assert_array_equal(plain.building, coloured.building)
        np.testing.assert_array_equal(plain.damage, coloured.damage)


@pytest.mark.parametrize("name", ["second-place-damage", "second-place-localization"])
def test_shared_colours_are_the_same_in_both_images(name):
    shared = AUGMENTATIONS[name]
    assert all(np.array_equal(c.pre, c.post) for c in crops(shared))
    assert not all(np.array_equal(c.pre, c.post) for c in crops(replace(shared, shared_colour=False)))


def test_colours_are_drawn_for_each_image():
    coloured = crops(replace(augmentation_preset("described-dual-hrnet-full")))
    assert not any(np.array_equal(c.pre, c.post) for c in coloured)


def test_outside_is_ignored():
    for crop in crops(augmentation_preset("compact"), overhang=0.5):
        outside = crop.pre[2] == 0
        assert (crop.building[outside] == 255).all()
        assert (crop.damage[outside] == 255).all()


def test_displacement_moves_the_post_image_only():
    augmentation = replace(augmentation_preset("none"), displacement=2.0, displacement_share=0.5)
    shifts = []
    for crop in crops(augmentation, 300):
        np.testing.assert_array_equal(crop.building, (crop.pre[0] > 100).astype(np.uint8))
        inner = np.s_[:, 16:48, 16:48]
        shifts.append((crop.post[inner].astype(float) - crop.pre[inner]).mean((1, 2))[:2])
    moved = np.abs(shifts).sum(1) > 0
    assert 0.4 < moved.mean() < 0.6
    assert np.std(np.array(shifts)[moved]) == pytest.approx(2.0, rel=0.15)


def test_parallax_bends_the_post_image_only():
    for crop in crops(replace(augmentation_preset("none"), parallax=2.0)):
        np.testing.assert_array_equal(crop.building, (crop.pre[0] > 100).astype(np.uint8))
        difference = crop.post[:2, 16:48, 16:48].astype(float) - crop.pre[:2, 16:48, 16:48]
        assert difference.std(axis=(1, 2)).max() > 0.3
        assert np.abs(difference).max() < 16


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_post_event_image_alone_stands_in_both_places_and_under_its_masks(name):
    alone = replace(PAIR, post_only=True)
    settings = replace(AUGMENTATIONS[name], displacement=5.0, displacement_share=1.0)
    for number in range(6):
        crop = draw_crop(alone, 64, settings, np.random.default_rng(number))
        assert crop.post_only
        np.testing.assert_array_equal(crop.pre, crop.post)  # with its colours
    if settings.interpolation == "nearest" or settings.parallax:
        return
    for number in range(6):
        crop = draw_crop(alone, 64, replace(settings, colours=()), np.random.default_rng(number))
        inside = (crop.building != 255) & (crop.post[2] == 255)  # neither beyond the image nor at its edge
        above = crop.post[0] > 100.5
        assert (above[inside] == (crop.building[inside] == 1)).mean() > 0.98
