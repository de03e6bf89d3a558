"""The compact loss against torch's own cross entropies and sums written out by hand."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch.nn import functional

from training.losses.compact import CompactLoss
from training.losses.ordinal import squared_earth_movers_distance
from training.losses.pixels import Pixels
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


@pytest.mark.parametrize("gaps", [1.0, 4.0])
def test_narrow_gaps_count_more(gaps):
    """Background that a closing by a square of 7 fills, as scipy closes it; the wide gap is not filled."""
    truth = np.zeros((1, 40, 48), np.uint8)
    truth[0, 5:30, 5:12] = truth[0, 5:30, 15:25] = truth[0, 5:30, 36:44] = 1  # gaps of 3 and 11 pixels
    score = torch.randn(1, 1, 40, 48, generator=GENERATOR)
    target = Target(torch.from_numpy(truth), torch.from_numpy(truth))
    found = CompactLoss(gaps=gaps)(Scores(score, torch.zeros(1, 4, 40, 48)), target)["bce"]
    padded = np.pad(truth[0], 10)
    gap = ndimage.binary_closing(padded, np.ones((7, 7)))[10:-10, 10:-10] & (truth[0] == 0)
    assert gap.sum() == 25 * 3
    weight = torch.from_numpy(np.where(gap, gaps, 1.0))
    each = functional.binary_cross_entropy_with_logits(score[:, 0], torch.from_numpy(truth).float(), reduction="none")
    assert float(found) == pytest.approx(float((each * weight).sum() / weight.sum()), rel=1e-5)


def test_order_of_the_classes_counts_where_it_is_asked_for():
    scores = Scores(BUILDING, DAMAGE)
    assert "damage_order" not in CompactLoss()(scores, TARGET)
    once, twice = (CompactLoss(ordinal=factor)(scores, TARGET)["damage_order"] for factor in (1.0, 2.0))
    weights = torch.tensor([1.0, 2.0, 2.0, 1.5])
    expected = squared_earth_movers_distance(DAMAGE.softmax(1), Pixels.of(TRUTH, 1, 4), weights)
    assert float(once) == pytest.approx(float(expected), rel=1e-5)
    assert float(twice) == pytest.approx(2 * float(once), rel=1e-6)
