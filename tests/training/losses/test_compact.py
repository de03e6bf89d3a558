"""The compact loss against torch's own cross entropies and sums written out by hand."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from training.losses.compact import CompactLoss
from training.losses.target import Target
from training.networks.scores import Scores

GENERATOR = torch.Generator().manual_seed(5)
BUILDING = torch.randn(2, 1, 16, 16, generator=GENERATOR)
DAMAGE = torch.randn(2, 4, 16, 16, generator=GENERATOR)
# class 3 is absent
TRUTH = torch.tensor([0, 0, 1, 2, 4, 255], dtype=torch.uint8)[torch.randint(0, 6, (2, 16, 16), generator=GENERATOR)]
TARGET = Target(torch.where(TRUTH == 255, TRUTH, (TRUTH > 0).to(torch.uint8)), TRUTH)


def dice(probability, truth, counted):
    p, t = probability[counted].double().numpy(), truth[counted].double().numpy()
    return 1 - (2 * np.sum(p * t) + 1) / (np.sum(p) + np.sum(t) + 1)


def test_building():
    parts = CompactLoss()(Scores(BUILDING, DAMAGE), TARGET)
    counted, truth = TARGET.building != 255, (TARGET.building == 1).float()
    bce = functional.binary_cross_entropy_with_logits(BUILDING[:, 0][counted], truth[counted])
    assert float(parts["bce"]) == pytest.approx(float(bce), rel=1e-5)
    assert float(parts["dice"]) == pytest.approx(dice(BUILDING[:, 0].sigmoid(), truth, counted), rel=1e-5)


def test_damage_inside_buildings():
    parts = CompactLoss()(Scores(BUILDING, DAMAGE), TARGET)
    p, truth, weights = DAMAGE.softmax(1), TRUTH.numpy(), (1, 2, 2, 1.5)
    above = below = 0.0
    for n, y, x in np.argwhere((truth > 0) & (truth < 255)):
        label = truth[n, y, x] - 1
        true = float(p[n, label, y, x])
        above += weights[label] * (1 - true) * -np.log(true)
        below += weights[label]
    assert float(parts["damage_focal"]) == pytest.approx(0.5 * above / below, rel=1e-5)
    inside = (TRUTH > 0) & (TRUTH < 255)
    one_hot = functional.one_hot(TRUTH.long().clamp(max=5), 6)
    each = [dice(p[:, value - 1], one_hot[..., value], inside) for value in (1, 2, 4)]
    assert float(parts["damage_dice"]) == pytest.approx(0.5 * np.mean(each), rel=1e-5)
