"""Steps that are not finite are named, skipped, and stop the run when they do not end."""

import pytest
import torch
from torch import nn

from training.optimisation.finiteness import FiniteSteps, NonFiniteError, culprits

INFINITE = torch.tensor(float("inf"))
FINE = {"dice": torch.tensor(0.5)}


def network(broken):
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    for name, parameter in net.named_parameters():
        parameter.grad = torch.full_like(parameter, float("nan") if name in broken else 0.1)
    return net


def test_names_the_loss_before_the_gradients():
    assert culprits({"bce": INFINITE, **FINE}, network(["0.weight"])) == ["loss bce"]


def test_names_few_gradients_and_counts_the_rest():
    names = ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert culprits(FINE, network(names)) == [*(f"gradient of {n}" for n in names[:3]), "1 more"]


def test_skips_and_forgets_after_a_good_step():
    steps = FiniteSteps("skip", patience=2)
    assert "gradient of 1.bias" in steps.accept(INFINITE, FINE, network(["1.bias"]), 7)
    assert steps.accept(torch.tensor(1.0), FINE, network([]), 8) is None
    assert steps.accept(INFINITE, FINE, network(["1.bias"]), 9) is not None
    with pytest.raises(NonFiniteError, match=r"step 10: not finite: gradient of 1\.bias; lower optimiser"):
        steps.accept(INFINITE, FINE, network(["1.bias"]), 10)


def test_stops_at_once_when_told_so():
    with pytest.raises(NonFiniteError, match="step 3: not finite: loss bce"):
        FiniteSteps("stop").accept(INFINITE, {"bce": INFINITE}, network([]), 3)


def test_overflow_of_a_scaled_loss_is_counted_and_stops_only_when_it_does_not_end():
    steps = FiniteSteps("stop", patience=3)
    for step in (0, 1):
        assert f"step {step}: not finite: gradient of 0.bias" in steps.accept(
            INFINITE, FINE, network(["0.bias"]), step, overflow=True
        )
    with pytest.raises(NonFiniteError, match="step 2"):
        steps.accept(INFINITE, FINE, network(["0.bias"]), 2, overflow=True)
