"""Described losses against torch's own cross entropies and sums written out by hand."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from training.losses.described import DescribedDamageLoss, DescribedDualLoss, DescribedLocalizationLoss
from training.losses.target import Target
from training.networks.scores import Scores

GENERATOR = torch.Generator().manual_seed(3)
BUILDING = torch.randn(2, 1, 8, 8, generator=GENERATOR)
DAMAGE = torch.randn(2, 5, 8, 8, generator=GENERATOR)
# class 3 is absent
TRUTH = torch.tensor([0, 0, 1, 2, 4, 255], dtype=torch.uint8)[torch.randint(0, 6, (2, 8, 8), generator=GENERATOR)]
TARGET = Target(torch.where(TRUTH == 255, TRUTH, (TRUTH > 0).to(torch.uint8)), TRUTH)


def dice(probability, truth, counted):
    p, t = probability[counted].double().numpy(), truth[counted].double().numpy()
    return 1 - (2 * np.sum(p * t) + 1) / (np.sum(p) + np.sum(t) + 1)


def test_localization():
    parts = DescribedLocalizationLoss()(Scores(BUILDING, None), TARGET)
    counted = TARGET.building != 255
    logit, truth = BUILDING[:, 0], (TARGET.building == 1).float()
    bce = functional.binary_cross_entropy_with_logits(logit[counted], truth[counted])
    assert float(parts["bce"]) == pytest.approx(float(bce), rel=1e-6)
    assert float(parts["dice"]) == pytest.approx(dice(logit.sigmoid(), truth, counted), rel=1e-5)


def test_damage():
    parts = DescribedDamageLoss()(Scores(None, DAMAGE), TARGET)
    p, truth, weights = DAMAGE.softmax(1).double().numpy(), TRUTH.numpy(), (1, 1, 3, 3, 3)
    above = below = 0.0
    for n, y, x in np.argwhere(truth != 255):
        true = p[n, truth[n, y, x], y, x]
        above += weights[truth[n, y, x]] * 0.25 * (1 - true) ** 2 * -np.log(true)
        below += weights[truth[n, y, x]]
    assert float(parts["damage_focal"]) == pytest.approx(above / below, rel=1e-5)
    counted = TRUTH != 255
    one_hot = functional.one_hot(TRUTH.long().clamp(max=5), 6)
    each = [dice(DAMAGE.softmax(1)[:, c], one_hot[..., c], counted) for c in range(5)]
    expected = (each[0] + each[1] + 3 * each[2] + 3 * each[4]) / 8
    assert float(parts["damage_dice"]) == pytest.approx(expected, rel=1e-5)


def test_dual_hrnet():
    parts = DescribedDualLoss()(Scores(BUILDING, DAMAGE), TARGET)
    building = DescribedLocalizationLoss()(Scores(BUILDING, None), TARGET)
    weights = torch.tensor([1, 1.5, 2, 3, 4])
    ce = functional.cross_entropy(DAMAGE, TRUTH.long(), weight=weights, ignore_index=255)
    assert float(parts["bce"]) == pytest.approx(0.15 * float(building["bce"]), rel=1e-6)
    assert float(parts["dice"]) == pytest.approx(0.15 * float(building["dice"]), rel=1e-6)
    assert float(parts["damage_ce"]) == pytest.approx(0.7 * float(ce), rel=1e-6)
