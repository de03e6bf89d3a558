"""Focal losses on cases small enough for a pocket calculator."""

import math

import pytest
import torch

from training.losses.cross_entropy import class_cross_entropy
from training.losses.focal import clamped_focal, focal_cross_entropy
from training.losses.pixels import Pixels

PIXELS = Pixels.of(torch.tensor([[[0, 1], [2, 255]]], dtype=torch.uint8), first=0, classes=3)


def test_even_odds():
    log_p = torch.full((1, 3, 2, 2), math.log(1 / 3))
    value = focal_cross_entropy(log_p, PIXELS, torch.tensor([1.0, 5.0, 0.5]), gamma=2.0)
    assert float(value) == pytest.approx(4 / 9 * math.log(3))


def test_gamma_zero_is_the_cross_entropy():
    log_p = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(0)).log_softmax(dim=1)
    weights = torch.tensor([1.0, 5.0, 0.5])
    value = focal_cross_entropy(log_p, PIXELS, weights, gamma=0.0)
    assert float(value) == pytest.approx(float(class_cross_entropy(log_p, PIXELS, weights)))


def test_clamped_focal_has_no_gradient_beyond_the_clamp():
    probability = torch.tensor([1.0, 0.0, 0.5, 0.5]).view(1, 1, 2, 2).requires_grad_()
    value = clamped_focal(probability, torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), gamma=2.0, least=1e-5)
    value.backward()
    assert probability.grad[0, 0, 0].tolist() == [0, 0]
    assert probability.grad[0, 0, 1].abs().min() > 0
    # next to ln(1e5) for the wrong pixel; truth is clamped as well, which shifts it by a hair
    assert float(value.detach()) == pytest.approx((math.log(5e4) + 2 * 0.25 * math.log(2)) / 4, rel=0.02)
