"""Lovász-softmax against the published program; its extension is one minus IoU on hard predictions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.losses.lovasz import lovasz_extension, lovasz_softmax
from training.losses.pixels import Pixels

from .published_values import CASES, cases, compare, leaf, mask

MASKS = arrays(bool, 12)


@settings(deadline=None, max_examples=50)
@given(MASKS, MASKS)
def test_hard_predictions_give_one_minus_iou(predicted, truth):
    error = torch.from_numpy(predicted != truth).float()
    union = np.sum(predicted | truth)
    expected = 1 - np.sum(predicted & truth) / union if union else 0
    assert float(lovasz_extension(error, torch.from_numpy(truth))) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(MASKS, arrays(np.float32, (2, 12), elements=st.floats(0, 1, width=32)), st.floats(0, 1))
def test_convex_in_the_errors(truth, errors, share):
    foreground = torch.from_numpy(truth)
    a, b = torch.from_numpy(errors)
    mixed = lovasz_extension(share * a + (1 - share) * b, foreground)
    limit = share * lovasz_extension(a, foreground) + (1 - share) * lovasz_extension(b, foreground)
    assert float(mixed) <= float(limit) + 1e-5


def test_no_pixels():
    error = torch.zeros(0, requires_grad=True)
    value = lovasz_extension(error, torch.zeros(0, dtype=torch.bool))
    value.backward()
    assert float(value.detach()) == 0


@pytest.mark.parametrize("name", cases("lovasz_"))
def test_published_values(name):
    logits = leaf(f"{name}.logits")
    probability = logits.softmax(dim=1)
    probability.retain_grad()
    weights = torch.tensor(CASES[name]["class_weights"] or [1.0] * logits.shape[1])
    value = lovasz_softmax(probability, Pixels.of(mask(name), first=0, classes=logits.shape[1]), weights)
    compare(name, value, grad_logits=logits, grad_probabilities=probability)
