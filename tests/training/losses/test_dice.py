"""Dice on cases small enough for a pocket calculator."""

import pytest
import torch

from training.losses.dice import building_dice, class_dice
from training.losses.pixels import Pixels

PIXELS = Pixels.of(torch.tensor([[[0, 1], [2, 255]]], dtype=torch.uint8), first=0, classes=3)


def test_dice_of_even_odds():
    half = torch.full((1, 3, 2, 2), 0.5)
    # each class has one true pixel and half a pixel's probability on three that count
    assert class_dice(half, PIXELS, smooth=1.0).tolist() == pytest.approx([1 - (1 + 1) / (1.5 + 1 + 1)] * 3)
    assert float(building_dice(half[:, :1], PIXELS, smooth=0.0)) == pytest.approx(1 - 2 / 3.5)
