"""The ordinal loss against sums written out by hand."""

import pytest
import torch

from training.losses.ordinal import squared_earth_movers_distance
from training.losses.pixels import Pixels

WEIGHTS = torch.tensor([1.0, 2.0, 3.0, 4.0])


def loss(probability, truth):
    planes = torch.tensor(probability).view(1, 4, 1, 1)
    return float(squared_earth_movers_distance(planes, Pixels.of(torch.tensor([[[truth]]]), 1, 4), WEIGHTS))


def test_two_steps_are_twice_as_far_as_one():
    assert loss([1.0, 0, 0, 0], 1) == 0
    assert [loss([1.0, 0, 0, 0], truth) for truth in (2, 3, 4)] == pytest.approx([1, 2, 3])
    assert loss([0, 0, 1.0, 0], 2) == loss([1.0, 0, 0, 0], 2)


def test_probabilities_between_the_classes():
    # cumulated 0.1, 0.3, 0.7, 1 against 0, 0, 1, 1
    assert loss([0.1, 0.2, 0.4, 0.3], 3) == pytest.approx(0.1**2 + 0.3**2 + 0.3**2)


def test_pixels_count_by_their_class_and_others_not_at_all():
    truth = torch.tensor([[[1, 4, 0, 255]]], dtype=torch.uint8)
    probability = torch.tensor([0.0, 1.0, 0.0, 0.0]).view(1, 4, 1, 1).expand(1, 4, 1, 4)
    found = squared_earth_movers_distance(probability, Pixels.of(truth, 1, 4), WEIGHTS)
    assert float(found) == pytest.approx((1 * 1 + 4 * 2) / (1 + 4))
