"""Totals of strata, against formulas of the textbook and cases done by hand."""

import math

import pytest
from scipy.stats import hypergeom

from xview2_qgis.protocol.totals.stratified_totals import Estimate, Stratum, estimate, slope

CERTAIN = ((1.0, 0.0), (0.0, 1.0))


def stratum(size, counts, means=(0.5, 0.5), probabilities=None):
    """A stratum of two categories with so many reviewed of each; the model says nothing unless told."""
    categories = tuple(number for number, count in enumerate(counts) for _ in range(count))
    return Stratum(size, means, categories, probabilities or tuple(means for _ in categories))


def test_the_estimate_without_a_model_is_the_stratified_one():
    """N1·y1 + N2·y2: 1000·10/40 + 200·30/60."""
    strata = [stratum(1000, (30, 10)), stratum(200, (30, 30))]
    assert slope(strata) == 0.0
    assert estimate(strata, {1}, 0.0).value == pytest.approx(250 + 100)


def test_with_large_samples_the_interval_is_the_normal_one():
    """Cochran 1977, (5.7) and (5.50): variance of the total by strata, with the finite population correction."""
    strata = [stratum(10_000, (1200, 800)), stratum(5000, (400, 600))]
    found = estimate(strata, {1}, 0.0)
    variance = sum(
        s.size**2 * (1 - n / s.size) * p * (1 - p) / (n - 1)
        for s, n, p in zip(strata, (2000, 1000), (0.4, 0.6), strict=True)
    )
    half = 1.96 * math.sqrt(variance)
    assert found.value == pytest.approx(7000)
    assert found.low == pytest.approx(7000 - half, abs=0.03 * half)
    assert found.high == pytest.approx(7000 + half, abs=0.03 * half)


def test_a_model_that_is_always_right_is_followed():
    """10 of 100 drawn have it, by chance more than the 5 % that the model knows of all: 5 % it is."""
    probabilities = CERTAIN[:1] * 90 + CERTAIN[1:] * 10
    strata = [stratum(1000, (90, 10), (0.95, 0.05), probabilities)]
    assert slope(strata) == pytest.approx(1.0)
    found, alone = estimate(strata, {1}, 1.0), estimate([stratum(1000, (90, 10))], {1}, 0.0)
    assert found.value == pytest.approx(50)
    assert found.high - found.low < 0.85 * (alone.high - alone.low)


def test_a_model_that_is_always_wrong_is_not_followed():
    probabilities = CERTAIN[1:] * 90 + CERTAIN[:1] * 10
    strata = [stratum(1000, (90, 10), (0.05, 0.95), probabilities)]
    assert slope(strata) == 0.0
    assert estimate(strata, {1}, 0.0).value == pytest.approx(100)


def test_categories_sum_to_the_population():
    probabilities = tuple((0.8 - 0.01 * k, 0.2 + 0.01 * k) for k in range(40))
    strata = [stratum(500, (30, 10), (0.7, 0.3), probabilities), stratum(90, (9, 0), (0.9, 0.1))]
    followed = slope(strata)
    parts = [estimate(strata, {number}, followed).value for number in (0, 1)]
    assert sum(parts) == pytest.approx(590)
    assert estimate(strata, {0, 1}, followed).value == pytest.approx(590)


@pytest.mark.parametrize("true", [1, 2, 3, 5, 8, 15, 30])
def test_coverage_of_a_rare_class(true):
    """Exactly, over all samples that are possible: so many of a thousand, of which a hundred are drawn."""
    held = 0.0
    for seen in range(true + 1):
        found = estimate([stratum(1000, (100 - seen, seen))], {1}, 0.0)
        held += hypergeom.pmf(seen, 1000, true, 100) * (found.low <= true + 1e-9 and true - 1e-9 <= found.high)
    assert held > 0.95


def test_everything_reviewed_is_certain():
    strata = [stratum(12, (5, 7)), stratum(3, (3, 0))]
    assert estimate(strata, {1}, 0.0) == Estimate(7, 7, 7)


def test_none_seen_still_has_an_upper_bound():
    found = estimate([stratum(1000, (50, 0)), stratum(100, (50, 0))], {1}, 0.0)
    assert (found.value, found.low) == (0, 0)
    assert 40 < found.high < 120


def test_what_is_known_for_certain_moves_all_bounds():
    assert Estimate(10, 5, 20).plus(3) == Estimate(13, 8, 23)
    assert Estimate(10, 5, 20).out_of(100) == Estimate(90, 80, 95)


def test_a_stratum_without_a_review_is_refused():
    with pytest.raises(ValueError, match="no reviewed unit"):
        estimate([stratum(10, (0, 0))], {1}, 0.0)
