"""Published losses against values and gradients of the published programs."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training.losses.fifth_place import FifthPlaceLoss
from training.losses.lovasz import lovasz_softmax
from training.losses.pixels import Pixels
from training.losses.second_place import SecondPlaceDamageLoss, SecondPlaceLocalizationLoss
from training.losses.target import Target
from training.networks.scores import Scores

PARITY = Path(__file__).parents[2] / "data" / "parity"
CASES = json.loads((PARITY / "losses.json").read_text())
ARRAYS = np.load(PARITY / "losses.npz")


def cases(prefix):
    return [name for name in CASES if name.startswith(prefix)]


def leaf(name):
    return torch.from_numpy(ARRAYS[name]).requires_grad_()


def mask(name):
    return torch.from_numpy(ARRAYS[f"{name}.target"])


def check(name, value, **leaves):
    case = CASES[name]
    value.backward()
    assert float(value.detach()) == pytest.approx(
        case["value"], rel=0, abs=case["value_rtol"] * max(1, abs(case["value"]))
    )
    for gradient, given in leaves.items():
        expected = ARRAYS[f"{name}.{gradient}"]
        assert np.abs(given.grad.numpy() - expected).max() <= case["gradient_rtol"] * np.abs(expected).max()


@pytest.mark.parametrize("name", cases("combo_"))
def test_second_place_localization(name):
    logits, building = leaf(f"{name}.logits"), mask(name)[:, 0]
    loss = SecondPlaceLocalizationLoss(**{"bce": 0, **CASES[name]["weights"]})
    parts = loss(Scores(logits, None), Target(building, building))
    assert set(parts) == set(CASES[name]["weights"])
    check(name, sum(parts.values()), grad_logits=logits)


@pytest.mark.parametrize("name", cases("focal_"))
def test_second_place_damage(name):
    logits, case = leaf(f"{name}.logits"), CASES[name]
    loss = SecondPlaceDamageLoss(tuple(case["weight"]), case["ce_weight"], case["d_weight"])
    target = Target(torch.zeros_like(mask(name)), mask(name))
    check(name, sum(loss(Scores(None, logits), target).values()), grad_logits=logits)


@pytest.mark.parametrize("name", cases("lovasz_"))
def test_lovasz_softmax(name):
    logits = leaf(f"{name}.logits")
    probability = logits.softmax(dim=1)
    probability.retain_grad()
    weights = torch.tensor(CASES[name]["class_weights"] or [1.0] * logits.shape[1])
    value = lovasz_softmax(probability, Pixels.of(mask(name), first=0, classes=logits.shape[1]), weights)
    check(name, value, grad_logits=logits, grad_probabilities=probability)


def test_fifth_place():
    name = "dual_hrnet_training_loss"
    building, damage = leaf(f"{name}.loc_logits"), leaf(f"{name}.cls_logits")
    truth = mask(name)
    target = Target(torch.where(truth == 255, truth, (truth > 0).to(torch.uint8)), truth)
    parts = FifthPlaceLoss()(Scores(building, damage), target)
    check(name, sum(parts.values()), grad_loc_logits=building, grad_cls_logits=damage)
