"""Cross entropies on cases small enough for a pocket calculator."""

import math

import pytest
import torch

from training.losses.cross_entropy import building_cross_entropy, class_cross_entropy
from training.losses.pixels import Pixels

PIXELS = Pixels.of(torch.tensor([[[0, 1], [2, 255]]], dtype=torch.uint8), first=0, classes=3)


def test_even_odds():
    log_p = torch.full((1, 3, 2, 2), math.log(1 / 3))
    weights = torch.tensor([1.0, 5.0, 0.5])
    assert float(class_cross_entropy(log_p, PIXELS, weights)) == pytest.approx(math.log(3))
    one = torch.ones(1, 1, 2, 2)
    assert float(building_cross_entropy(0 * one, one, PIXELS.weight)) == pytest.approx(math.log(2))


def test_weights_of_classes_weigh_the_mean():
    log_p = torch.tensor([0.9, 0.5, 0.2]).log().view(1, 3, 1, 1).expand(1, 3, 2, 2)
    weights = torch.tensor([1.0, 5.0, 2.0])
    expected = -(math.log(0.9) + 5 * math.log(0.5) + 2 * math.log(0.2)) / 8
    assert float(class_cross_entropy(log_p, PIXELS, weights)) == pytest.approx(expected, rel=1e-6)
