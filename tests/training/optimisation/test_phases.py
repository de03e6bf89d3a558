"""Phases: the schedules of the recipes, against figures worked out by hand."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.optimisation.phases import Phase, plan_phases


def test_warm_up_and_cosine():
    plan = plan_phases(
        [Phase(0.1, begin=0.0, end=1e-4, shape="linear"), Phase(0.9, end=1e-7, shape="cosine")], 1e-4, 50, steps=100
    )
    rates = [plan.rate(s) for s in range(100)]
    assert rates[0] == pytest.approx(1e-5)
    assert rates[9] == rates[10] == pytest.approx(1e-4)
    assert rates[55] == pytest.approx((1e-4 + 1e-7) / 2)
    assert all(a > b for a, b in itertools.pairwise(rates[10:]))
    assert rates[-1] == pytest.approx(1e-7 + (1e-4 - 1e-7) * 0.5 * (1 + math.cos(math.pi * 89 / 90)))


def test_table_of_rates_per_epoch():
    """The published DPN-92 localization: epoch 0 at 3e-4, from 1 at 1e-4, from 20 at 5e-5."""
    plan = plan_phases([Phase(1, begin=3e-4), Phase(19, begin=1e-4), Phase(20, begin=5e-5)], 1.0, steps_per_epoch=7)
    assert plan.steps == 40 * 7
    assert [plan.rate(7 * e) for e in (0, 1, 19, 20, 39)] == [3e-4, 1e-4, 1e-4, 5e-5, 5e-5]
    assert plan.rate(6) == 3e-4


def test_poly_starts_again_after_its_period():
    plan = plan_phases([Phase(1, begin=0.01, shape="poly", period=100)], 1.0, steps_per_epoch=250)
    assert plan.rate(0) == plan.rate(100) == plan.rate(200) == 0.01
    assert plan.rate(150) == pytest.approx(0.01 * 0.5**0.9)


def test_run_length_shrinks_the_phases_in_proportion():
    phases = [Phase(5, augmentation="light"), Phase(70), Phase(15), Phase(10)]
    plan = plan_phases(phases, 1e-3, steps_per_epoch=1000, steps=20)
    assert [(p.first, p.steps) for p in plan.phases] == [(0, 1), (1, 14), (15, 3), (18, 2)]
    assert plan.at(0).phase.augmentation == "light"


@given(
    st.lists(st.floats(0.01, 50), min_size=1, max_size=6), st.integers(1, 500), st.sampled_from(["linear", "cosine"])
)
def test_phases_cover_the_run_without_gaps(lengths, steps, shape):
    plan = plan_phases([Phase(n, 1e-3, 1e-5, shape) for n in lengths], 1.0, 10, steps)
    assert plan.steps == steps
    assert all(a.first + a.steps == b.first for a, b in itertools.pairwise(plan.phases))
    assert all(1e-5 * 0.999 <= plan.rate(s) <= 1e-3 * 1.001 for s in range(steps))


@pytest.mark.parametrize(("phases", "steps"), [([], None), ([Phase(0)], None), ([Phase(1)], 0)])
def test_no_step_is_an_error(phases, steps):
    with pytest.raises(ValueError, match="no"):
        plan_phases(phases, 1.0, 10, steps)
