"""The ranges of zones hold the true number as often as they say."""

import numpy as np
import pytest

from benchmarks.totals.coverage import POPULATIONS
from benchmarks.totals.zone_coverage import simulate_zones, table

NAMES = {population.name: population for population in POPULATIONS}


@pytest.mark.parametrize("name", ["balanced classes", "badly calibrated"])
def test_ranges_hold_the_truth(name):
    """Forty draws: of ranges that hold it in 95 of 100, fewer than 33 of these do once in thousands of times."""
    found = simulate_zones(NAMES[name], 40)
    often = found.given > 0.5
    assert often.sum() >= 3
    assert found.held[often].min() >= 0.82
    assert found.held[often].mean() >= 0.94
    assert found.given[-1] < 0.5  # a zone of two hundred buildings, of which six were drawn


@pytest.mark.slow
@pytest.mark.parametrize("population", [p for p in POPULATIONS if p.name != "very rare classes"], ids=lambda p: p.name)
def test_ranges_hold_the_truth_in_a_thousand_draws(population):
    found = simulate_zones(population, 1000)
    assert np.nanmin(found.held[found.given > 0.2]) >= 0.92


def test_the_table_has_a_line_for_each_zone_and_number():
    lines = table(POPULATIONS[-1:], 3).splitlines()
    assert len(lines) == 2 + 6 * 4
    assert lines[2].startswith("| tiny: 30 of 60 | 1 | buildings |")
