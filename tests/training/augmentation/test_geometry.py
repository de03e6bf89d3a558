"""Where windows lie, checked on images whose levels are their own coordinates."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from training.augmentation.geometry import Subject, Window, draw_field, draw_window
from training.augmentation.presets import AUGMENTATIONS, augmentation_preset

SHAPE = (256, 256)
NONE = augmentation_preset("none")
ROWS, COLUMNS = np.mgrid[:256, :256].astype(np.uint8)
#: Red is the row, green the column, blue tells inside from outside.
POSITIONS = np.ascontiguousarray(np.stack([ROWS, COLUMNS, np.full(SHAPE, 255, np.uint8)], axis=-1))


def windows(augmentation, count, size=64, subject=None, overhang=0.0, seed=0):
    rng = np.random.default_rng(seed)
    return [draw_window(augmentation, size, SHAPE, subject, overhang, rng) for _ in range(count)]


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_masks_follow_images(name):
    blocks = ((ROWS // 16 + COLUMNS // 16) % 5).astype(np.uint8)
    for window in windows(AUGMENTATIONS[name], 20, overhang=0.3):
        image, mask = window.read(POSITIONS, "linear", 0), window.read(blocks, "nearest", 255)
        outside = mask == 255
        assert (image[outside, 2] < 255).all()
        assert outside[image[..., 2] == 0].all()
        row, column = (image[..., i].astype(int) for i in (0, 1))
        sure = (image[..., 2] == 255) & (np.abs(row % 16 - 7.5) < 6.5) & (np.abs(column % 16 - 7.5) < 6.5)
        assert sure.mean() > 0.2
        np.testing.assert_array_equal(mask[sure], blocks[row[sure], column[sure]])


def test_turns_move_pixels_and_nothing_else():
    found = np.zeros(8, int)
    for window in windows(replace(NONE, turns=True), 400):
        crop = window.read(POSITIONS, "linear", 0)
        row, column = int(crop[..., 0].min()), int(crop[..., 1].min())
        patch = POSITIONS[row : row + 64, column : column + 64]
        orientations = [np.rot90(p, k) for p in (patch, patch.transpose(1, 0, 2)) for k in range(4)]
        (same,) = (i for i, p in enumerate(orientations) if np.array_equal(p, crop))
        found[same] += 1
    assert stats.chisquare(found).pvalue > 1e-3


def test_magnification_is_log_uniform_and_rotation_has_its_share():
    drawn = windows(augmentation_preset("compact"), 1000)
    linear = np.array([w.matrix[:, :2] for w in drawn])
    steps = np.sqrt(np.abs(np.linalg.det(linear)))
    uniform = (np.log(1 / steps) - np.log(0.8)) / np.log(1.25 / 0.8)
    assert stats.kstest(uniform, "uniform").pvalue > 1e-3
    angles = np.degrees(np.arctan2(linear[:, 1, 1], linear[:, 0, 1])) % 90
    turned = np.minimum(angles, 90 - angles)
    assert turned.max() <= 15
    assert 0.45 < np.mean(turned > 1e-6) < 0.55


def test_sized_windows_are_uniform():
    steps = [np.sqrt(abs(np.linalg.det(w.matrix[:, :2]))) for w in windows(AUGMENTATIONS["second-place-damage"], 500)]
    assert stats.kstest((np.array(steps) - 0.8) / 0.4, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_without_overhang_nothing_but_shift_and_rotation_reaches_outside(name):
    """The published crops around a box run over the border in half of the cases; ours must not."""
    augmentation = replace(AUGMENTATIONS[name], shift=0.0)
    for window in windows(augmentation, 100):
        assert (window.read(POSITIONS, "nearest", 0)[..., 2] == 255).mean() > 0.99


def test_uniform_windows_reach_every_border():
    corners = np.array([w.matrix[:, 2] for w in windows(NONE, 1500)])
    assert corners.min() == 0
    assert corners.max() == 256 - 64
    assert stats.kstest(corners[:, 0] / 192, "uniform").pvalue > 1e-4


@settings(max_examples=50, deadline=None)
@given(
    name=st.sampled_from(sorted(AUGMENTATIONS)),
    left=st.integers(0, 240),
    top=st.integers(0, 240),
    size=st.integers(1, 16),
    seed=st.integers(0, 2**32),
)
def test_subject_is_in_the_window(name, left, top, size, seed):
    subject = Subject((left, top, min(left + size, 256), min(top + size, 256)), margin=0.1)
    for window in windows(AUGMENTATIONS[name], 5, subject=subject, overhang=0.1, seed=seed):
        box = subject.box
        corners = np.array([[box[0], box[2], box[0], box[2]], [box[1], box[1], box[3], box[3]]]) - 0.5
        places = np.linalg.solve(window.matrix[:, :2], corners - window.matrix[:, 2:])
        assert places.min() > -1.5  # the start of a window is rounded to a whole pixel
        assert places.max() < 64 + 0.5


def test_subject_larger_than_the_window_fills_it():
    for window in windows(replace(NONE, turns=True), 50, subject=Subject((20, 30, 220, 230))):
        crop = window.read(POSITIONS, "nearest", 0)
        assert crop[..., 0].min() >= 30
        assert crop[..., 0].max() < 230
        assert crop[..., 1].min() >= 20
        assert crop[..., 1].max() < 220


def test_image_smaller_than_the_window_lies_in_its_middle():
    window = draw_window(NONE, 300, SHAPE, None, 0.0, np.random.default_rng(0))
    mask = window.read(np.zeros(SHAPE, np.uint8), "nearest", 255)
    assert np.array_equal(np.argwhere(mask == 0).min(0), [22, 22])
    assert np.count_nonzero(mask == 0) == 256 * 256


def test_moved_window_shows_what_lies_there():
    window = Window(np.array([[1.0, 0, 10], [0, 1.0, 20]]), 32)
    moved = window.moved(3, -5).read(POSITIONS, "linear", 0)
    np.testing.assert_array_equal(moved, POSITIONS[15:47, 13:45])


def test_smooth_displacement_is_what_the_field_says():
    window = Window(np.array([[1.0, 0, 100], [0, 1.0, 80]]), 64)
    field = draw_field(64, 2.0, np.random.default_rng(3))
    assert np.abs(np.diff(field, axis=1)).max() < 1  # neighbours stay neighbours
    image = window.read_along(POSITIONS, field, "linear", 0).astype(float)
    rows, columns = np.mgrid[:64, :64]
    np.testing.assert_allclose(image[..., 1], columns + 100 + field[0], atol=0.6)
    np.testing.assert_allclose(image[..., 0], rows + 80 + field[1], atol=0.6)


def test_deviation_of_the_smooth_displacement():
    rng = np.random.default_rng(0)
    centres = [draw_field(32, 3.0, rng)[:, 4::8, 4::8] for _ in range(200)]  # near the knots
    assert np.std(centres) == pytest.approx(3.0, rel=0.1)
