"""Building blocks on cases small enough for a pocket calculator."""

import math

import pytest
import torch

from training.losses.cross_entropy import building_cross_entropy, class_cross_entropy
from training.losses.dice import building_dice, class_dice
from training.losses.focal import clamped_focal, focal_cross_entropy
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


def test_dice_of_even_odds():
    half = torch.full((1, 3, 2, 2), 0.5)
    # each class has one true pixel and half a pixel's probability on three that count
    assert class_dice(half, PIXELS, smooth=1.0).tolist() == pytest.approx([1 - (1 + 1) / (1.5 + 1 + 1)] * 3)
    assert float(building_dice(half[:, :1], PIXELS, smooth=0.0)) == pytest.approx(1 - 2 / 3.5)


def test_cross_entropies_of_even_odds():
    log_p = torch.full((1, 3, 2, 2), math.log(1 / 3))
    weights = torch.tensor([1.0, 5.0, 0.5])
    assert float(class_cross_entropy(log_p, PIXELS, weights)) == pytest.approx(math.log(3))
    assert float(focal_cross_entropy(log_p, PIXELS, weights, gamma=2.0)) == pytest.approx(4 / 9 * math.log(3))
    one = torch.ones(1, 1, 2, 2)
    assert float(building_cross_entropy(0 * one, one, PIXELS.weight)) == pytest.approx(math.log(2))


def test_weights_of_classes_weigh_the_mean():
    log_p = torch.tensor([0.9, 0.5, 0.2]).log().view(1, 3, 1, 1).expand(1, 3, 2, 2)
    weights = torch.tensor([1.0, 5.0, 2.0])
    expected = -(math.log(0.9) + 5 * math.log(0.5) + 2 * math.log(0.2)) / 8
    assert float(class_cross_entropy(log_p, PIXELS, weights)) == pytest.approx(expected, rel=1e-6)


def test_clamped_focal_has_no_gradient_beyond_the_clamp():
    probability = torch.tensor([1.0, 0.0, 0.5, 0.5]).view(1, 1, 2, 2).requires_grad_()
    value = clamped_focal(probability, torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), gamma=2.0, least=1e-5)
    value.backward()
    assert probability.grad[0, 0, 0].tolist() == [0, 0]
    assert probability.grad[0, 0, 1].abs().min() > 0
    # next to ln(1e5) for the wrong pixel; truth is clamped as well, which shifts it by a hair
    assert float(value.detach()) == pytest.approx((math.log(5e4) + 2 * 0.25 * math.log(2)) / 4, rel=0.02)
