"""The intervals of the totals hold the true number as often as they say."""

import numpy as np
import pytest

from benchmarks.totals.coverage import POPULATIONS, simulate, table


@pytest.mark.parametrize("population", [p for p in POPULATIONS if p.name != "very rare classes"], ids=lambda p: p.name)
def test_intervals_hold_the_truth(population):
    """Sixty draws: of intervals that hold it in 95 of 100, fewer than 51 of these do once in two thousand times."""
    found = simulate(population, 60)
    assert found.held.min() >= 0.85
    assert found.held.mean() >= 0.94
    # nearly unbiased, by four standard errors
    error = found.width / 4 / np.sqrt(60)
    assert (np.abs(found.mean - found.true) <= 4 * error + 0.5).all()


@pytest.mark.slow
@pytest.mark.parametrize("population", POPULATIONS, ids=lambda p: p.name)
def test_intervals_hold_the_truth_in_a_thousand_draws(population):
    assert simulate(population, 1000).held.min() >= 0.93


def test_the_table_has_a_line_for_each_category():
    lines = table(POPULATIONS[-1:], 3).splitlines()
    assert len(lines) == 2 + 7
    assert lines[2].startswith("| tiny: 30 of 60 | no-damage |")
