"""Second-place losses against values and gradients of the published program."""

import pytest
import torch

from training.losses.second_place import SecondPlaceDamageLoss, SecondPlaceLocalizationLoss
from training.losses.target import Target
from training.networks.scores import Scores

from .published_values import CASES, cases, compare, leaf, mask


@pytest.mark.parametrize("name", cases("combo_"))
def test_localization(name):
    logits, building = leaf(f"{name}.logits"), mask(name)[:, 0]
    loss = SecondPlaceLocalizationLoss(**{"bce": 0, **CASES[name]["weights"]})
    parts = loss(Scores(logits, None), Target(building, building))
    assert set(parts) == set(CASES[name]["weights"])
    compare(name, sum(parts.values()), grad_logits=logits)


@pytest.mark.parametrize("name", cases("focal_"))
def test_damage(name):
    logits, case = leaf(f"{name}.logits"), CASES[name]
    loss = SecondPlaceDamageLoss(tuple(case["weight"]), case["ce_weight"], case["d_weight"])
    target = Target(torch.zeros_like(mask(name)), mask(name))
    compare(name, sum(loss(Scores(None, logits), target).values()), grad_logits=logits)
