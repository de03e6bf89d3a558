"""The regression against scipy's numerical derivatives, another optimiser, and what holds without labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit, logit

from xview2_qgis.engine.adaptation.regression import Correction, Examples, Priors, fit, objective, packed

PRIORS = Priors(0.3, 1.0, 0.5)


def examples(count, size=3, seed=0):
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet([1.0] * 4, count)
    return Examples(np.log(probabilities), random.normal(0, 1, (count, size)), random.integers(0, 4, count))


def test_the_gradient_is_that_of_the_value():
    known = examples(20)
    at = np.random.default_rng(1).normal(0, 0.5, 17)
    numeric = approx_fprime(at, lambda values: objective(values, known, PRIORS)[0], 1e-6)
    assert objective(at, known, PRIORS)[1] == pytest.approx(numeric, abs=1e-4)


def test_at_the_answer_the_gradient_is_zero_and_another_optimiser_finds_the_same():
    known = examples(40)
    found = packed(fit(known, PRIORS))
    assert np.abs(objective(found, known, PRIORS)[1]).max() < 1e-3
    other = minimize(lambda values: objective(values, known, PRIORS)[0], np.zeros(17), method="BFGS")
    assert found == pytest.approx(other.x, abs=1e-3)


def test_a_near_beginning_leads_to_the_same_end():
    known = examples(30)
    near = fit(known.part(np.arange(30) < 27), PRIORS)
    assert packed(fit(known, PRIORS, near)) == pytest.approx(packed(fit(known, PRIORS)), abs=1e-3)


def test_without_labels_nothing_changes():
    known = examples(0)
    assert not packed(fit(known, PRIORS)).any()


def test_bias_of_two_classes_in_closed_form():
    """Two classes of equal probability, no features: the bias solves one equation, found here by bisection."""
    labels = np.array([0] * 8 + [1] * 2)
    logs = np.log(np.tile([0.5 - 1e-12, 0.5 - 1e-12, 1e-12, 1e-12], (10, 1)))
    found = fit(Examples(logs, np.empty((10, 0)), labels), Priors(1e-6, 1.0, 1.0))
    low, high = 0.0, 5.0
    for _ in range(60):  # b_0 = -b_1 = b: n_0 - 10 expit(2 b) = b
        middle = (low + high) / 2
        low, high = (middle, high) if 8 - 10 * expit(2 * middle) - middle > 0 else (low, middle)
    assert found.bias[:2] == pytest.approx([low, -low], abs=1e-3)
    # shrunk towards the network, which said one half
    assert 0 < low < logit(0.8) / 2


@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_probabilities_sum_to_one(count, size, seed):
    known = examples(count, size, seed)
    shares = fit(known, PRIORS).probabilities(known.log_probabilities, known.features)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares >= 0).all()


def test_many_labels_carry_further_than_few():
    known = examples(400, 1)
    few = known.part(np.arange(400) < 10)
    one_class = [Examples(e.log_probabilities, e.features, np.zeros(len(e.labels), np.int64)) for e in (few, known)]
    shares = [fit(e, PRIORS).probabilities(known.log_probabilities, known.features)[:, 0].mean() for e in one_class]
    network = Correction(0.0, np.zeros(4), np.zeros((1, 4)))
    before = network.probabilities(known.log_probabilities, known.features)[:, 0].mean()
    assert before < shares[0] < shares[1]
