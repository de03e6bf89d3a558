"""Values and gradients of the published programs' losses, and the comparison with them."""

import json

import numpy as np
import pytest
import torch

from tests.checkout import PARITY

CASES = json.loads((PARITY / "losses.json").read_text())
ARRAYS = np.load(PARITY / "losses.npz")


def cases(prefix):
    return [name for name in CASES if name.startswith(prefix)]


def leaf(name):
    return torch.from_numpy(ARRAYS[name]).requires_grad_()


def mask(name):
    return torch.from_numpy(ARRAYS[f"{name}.target"])


def compare(name, value, **leaves):
    """Compare a loss with the published value, and the gradients of leaves with those named by the keywords."""
    case = CASES[name]
    value.backward()
    tolerance = case["value_rtol"] * max(1, abs(case["value"]))
    assert float(value.detach()) == pytest.approx(case["value"], rel=0, abs=tolerance)
    for gradient, given in leaves.items():
        expected = ARRAYS[f"{name}.{gradient}"]
        assert np.abs(given.grad.numpy() - expected).max() <= case["gradient_rtol"] * np.abs(expected).max()
