"""The interval of a share, against tables, scipy and counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, hypergeom, t

from xview2_qgis.protocol.totals import share_interval
from xview2_qgis.protocol.totals.share_interval import SampledShare, rare_part, student


@pytest.mark.parametrize(("count", "sampled"), [(20, 50), (12, 30), (100, 150)])
def test_of_a_large_population_it_is_wilsons(count, sampled):
    expected = binomtest(count, sampled).proportion_ci(method="wilson")
    low, high = SampledShare(10**9, sampled, count, count / sampled).interval()
    assert low == pytest.approx(expected.low, abs=1e-6)
    assert high == pytest.approx(expected.high, abs=1e-6)


@given(st.integers(1, 200), st.data())
def test_it_keeps_what_the_sample_proves(size, data):
    sampled = data.draw(st.integers(1, size))
    count = data.draw(st.integers(0, sampled))
    low, high = SampledShare(size, sampled, count, count / sampled).interval()
    assert count / size - 1e-9 <= low <= count / sampled + 1e-9
    assert count / sampled - 1e-9 <= high <= 1 - (sampled - count) / size + 1e-9


def test_a_census_has_no_range():
    assert SampledShare(40, 40, 7, 7 / 40).interval() == pytest.approx((7 / 40, 7 / 40))


def test_none_seen_leaves_room_for_some_and_the_bound_is_like_the_exact_one():
    low, high = SampledShare(4000, 60, 0, 0.0).interval()
    exact = next(k for k in range(4000) if hypergeom.cdf(0, 4000, k, 60) < 0.025)
    assert low == 0.0
    assert high * 4000 == pytest.approx(exact, rel=0.05)


def test_bounds_of_few_are_those_of_the_poisson_distribution():
    for count, least in enumerate(share_interval._POISSON_LEAST):
        expected = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        assert least == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("freedom", [5, 10, 30, 140, 10_000])
def test_quantiles_are_students(freedom):
    assert student(freedom) == pytest.approx(t.ppf(0.975, freedom), abs=0.03 if freedom < 20 else 0.002)


@pytest.mark.parametrize(("count", "expected"), [(0.0, 0.0), (1.0, 0.025317808), (2.0, 0.242209279 / 2), (11.0, 1.0)])
def test_few_events(count, expected):
    assert rare_part(count) == pytest.approx(expected)


@given(st.floats(0, 20), st.floats(0, 5))
def test_more_events_say_more(count, more):
    assert rare_part(count) <= rare_part(count + more) + 1e-12
