"""Calibration of samples whose figures are known in closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.calibration import (
    ClassSamples,
    Scaling,
    calibrate,
    fit_scaling,
    fit_temperature,
    for_shares,
    joined,
    reliability,
)


def binary(confidence, right, wrong):
    """Samples of two classes, all with one confidence in class 0."""
    count = right + wrong
    probabilities = np.tile([confidence, 1 - confidence], (count, 1))
    return ClassSamples(probabilities, np.repeat([0, 1], [right, wrong]))


def test_bins_and_expected_error():
    samples = joined([binary(0.95, 6, 4), binary(0.75, 3, 1), binary(0.72, 2, 4)])
    bins = reliability(samples, 10)
    assert bins.counts.tolist() == [0] * 7 + [10, 0, 10]
    assert bins.confidence[[7, 9]] == pytest.approx([(4 * 0.75 + 6 * 0.72) / 10, 0.95])
    assert bins.accuracy[[7, 9]] == pytest.approx([0.5, 0.6])
    gaps = [abs(0.732 - 0.5), abs(0.95 - 0.6)]
    assert bins.expected_error == pytest.approx(sum(gaps) / 2)
    assert bins.largest_error == pytest.approx(0.35)


def test_bins_include_their_upper_edge():
    assert reliability(binary(0.8, 1, 0), 5).counts.tolist() == [0, 0, 0, 1, 0]
    assert reliability(binary(1.0, 1, 0), 5).counts.tolist() == [0, 0, 0, 0, 1]


def test_calibrated_samples_have_no_error():
    samples = joined([binary(0.9, 9, 1), binary(0.6, 6, 4)])
    assert reliability(samples).expected_error == pytest.approx(0, abs=1e-12)
    assert fit_temperature(samples) == pytest.approx(1, abs=1e-4)


@given(st.floats(0.6, 0.99), st.integers(11, 19))
def test_temperature_of_two_classes(confidence, right):
    """With logit a and a share q of right answers the likelihood is greatest at a / T = logit q."""
    wanted = np.log(confidence / (1 - confidence)) / np.log(right / (20 - right))
    if 0.06 < wanted < 19:
        assert fit_temperature(binary(confidence, right, 20 - right)) == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("sharpened", [0.4, 2.5])
def test_scaling_undoes_what_sharpened_the_probabilities(sharpened):
    rng = np.random.default_rng(0)
    true = rng.dirichlet([1, 1, 1, 1], 4000)
    labels = (rng.random(len(true))[:, None] > true.cumsum(axis=1)).sum(axis=1).clip(0, 3)
    result = calibrate(ClassSamples(true, labels).at(sharpened))
    assert result.temperature == pytest.approx(1 / sharpened, rel=0.05)
    assert result.before.expected_error > 0.1
    assert result.after.expected_error < 0.03
    assert result.as_dict()["samples"] == 4000
    assert np.sum(result.as_dict()["bins"], axis=0)[0] == 4000


def test_certain_and_wrong_is_finite():
    samples = ClassSamples(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    assert np.isfinite(samples.negative_log_likelihood)
    assert np.isfinite(fit_temperature(samples))


def test_temperature_one_changes_nothing():
    samples = binary(0.8, 1, 1)
    assert samples.at(1.0).probabilities == pytest.approx(samples.probabilities)


def test_no_samples():
    assert reliability(joined([])).expected_error == 0
    with pytest.raises(ValueError, match="no samples"):
        calibrate(joined([]))


def test_scaling_takes_back_a_known_distortion():
    """Labels are drawn from probabilities that the samples then say too surely and with a bias."""
    rng = np.random.default_rng(4)
    scores = rng.normal(0, 1.5, (40_000, 4))
    scores -= np.log(np.exp(scores).sum(1, keepdims=True))
    labels = (np.exp(scores).cumsum(1) < rng.random((40_000, 1))).sum(1)
    bias = np.array([0.0, 1.0, -0.5, 0.3])
    powers = np.exp(2.0 * scores + bias)
    samples = ClassSamples(powers / powers.sum(1, keepdims=True), labels.astype(np.int64))
    scaling = fit_scaling(samples)
    assert scaling.temperature == pytest.approx(2.0, rel=0.03)
    assert scaling.offsets == pytest.approx(-bias / 2, abs=0.05)
    assert reliability(samples).expected_error > 0.05 > 0.01 > reliability(samples.scaled(scaling)).expected_error
    np.testing.assert_allclose(samples.scaled(Scaling(2.0)).probabilities, samples.at(2.0).probabilities)


def test_a_class_that_does_not_occur_is_not_moved():
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.ones(4), 500)
    scaling = fit_scaling(ClassSamples(p, rng.integers(0, 3, 500)))
    assert scaling.offsets[3] == scaling.offsets[0] == 0.0
    without_first = fit_scaling(ClassSamples(p, rng.integers(1, 4, 500)))
    assert without_first.offsets[:2] == (0.0, 0.0)
    assert max(map(abs, without_first.offsets)) < 1  # not at the bounds
    with pytest.raises(ValueError, match="no samples"):
        fit_scaling(ClassSamples(np.empty((0, 4)), np.empty(0, np.int64)))


def test_a_scaling_for_other_shares_of_the_classes_is_the_one_that_fits_there():
    """Samples of a known posterior, drawn again with classes ten times as frequent: the fit there is the prediction."""
    rng = np.random.default_rng(11)

    def sample(shares, count=60_000):
        labels = rng.choice(4, count, p=shares)
        evidence = rng.normal(0, 1, (count, 4)) + 1.5 * np.eye(4)[labels]
        powers = np.exp(1.5 * evidence)  # likelihood ratios of these normal distributions; the prior is left out
        return ClassSamples(powers / powers.sum(1, keepdims=True), labels.astype(np.int64))

    here, there = np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.8, 0.1, 0.02, 0.08])
    samples = sample(here)
    moved = for_shares(fit_scaling(samples), samples.labels, tuple(there.tolist()))
    fitted = fit_scaling(sample(there))
    assert moved.temperature == pytest.approx(fitted.temperature, rel=0.05)
    assert moved.offsets == pytest.approx(fitted.offsets, abs=0.12)
    assert moved.offsets == pytest.approx(np.log(there / there[0]), abs=0.12)


def test_a_class_that_does_not_occur_keeps_its_offset():
    scaling = for_shares(Scaling(1.5, (0.0, 0.2, 0.3, 0.0)), np.array([1, 1, 2]), (0.5, 0.1, 0.3, 0.1))
    assert scaling.temperature == 1.5
    # minor is the first that occurs; major was half as frequent and is to be three times as frequent
    assert scaling.offsets == pytest.approx((0.0, 0.2, 0.3 + np.log(6), 0.0))
    with pytest.raises(ValueError, match="no samples"):
        for_shares(Scaling(), np.empty(0, np.int64), (1.0, 1.0, 1.0, 1.0))
