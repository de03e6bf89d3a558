"""Masks as a loss reads them."""

import pytest
import torch

from training.losses.pixels import Pixels, weighted_mean

MASK = torch.tensor([[[0, 1], [2, 255]]], dtype=torch.uint8)
PIXELS = Pixels.of(MASK, first=0, classes=3)


def test_pixels_of_a_mask():
    assert PIXELS.label.tolist() == [[[0, 1], [2, 0]]]
    assert PIXELS.counted.tolist() == [[[True, True], [True, False]]]
    assert PIXELS.planes()[0].tolist() == [[[1, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [1, 0]]]
    inside = Pixels.of(MASK, first=1, classes=2)
    assert inside.label.tolist() == [[[0, 0], [1, 0]]]
    assert inside.counted.tolist() == [[[False, True], [True, False]]]


def test_weighted_mean_of_small_weights_and_of_none():
    values, weights = torch.tensor([2.0, 4.0]), torch.tensor([0.01, 0.03])
    assert float(weighted_mean(values, weights)) == pytest.approx(3.5)
    assert float(weighted_mean(values, weights * 0)) == 0
