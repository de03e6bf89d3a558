"""The draw: strata, chances, reproducible, and what was reviewed before."""

from dataclasses import replace

import numpy as np
import pytest

from xview2_qgis.engine.sampling.draw import draw_sample
from xview2_qgis.engine.sampling.frame import Frame, plan_strata
from xview2_qgis.protocol.totals.sample_table import COLUMNS, REVIEWED_BEFORE


@pytest.fixture
def frame():
    likely = np.random.default_rng(5).dirichlet([3, 0.4, 0.3, 0.3], 2000)
    return Frame(np.arange(1, 2001), likely.argmax(axis=1), likely, np.zeros(2000, bool))


def test_strata_hold_every_building_once_and_means_are_theirs(frame):
    strata = plan_strata(frame, 150)
    rows = np.concatenate([stratum.rows for stratum in strata])
    assert sorted(rows.tolist()) == list(range(2000))
    assert sum(stratum.sampled for stratum in strata) == 150
    for stratum in strata:
        assert len(set(frame.classes[stratum.rows].tolist())) == 1
        assert stratum.means == pytest.approx(frame.probabilities[stratum.rows].mean(axis=0))
        ordered = np.sort(frame.probabilities[stratum.rows], axis=1)
        assert ((ordered[:, 3] - ordered[:, 2] < 0.5) == stratum.name.endswith("doubtful")).all()


@pytest.mark.parametrize(("size", "strata"), [(150, 8), (30, 4), (10, 1)])
def test_small_samples_have_fewer_strata(frame, size, strata):
    assert len(plan_strata(frame, size)) == strata


def test_the_same_seed_draws_the_same(frame):
    first, second, other = (draw_sample(frame, 80, seed) for seed in (1, 1, 2))
    assert first == second != other
    assert len({row.building_id for row in first}) == 80
    assert sorted(row.position for row in first) == list(range(1, 81))
    # the order is random: strata do not come one after the other
    assert len({row.stratum for row in sorted(first, key=lambda row: row.position)[:20]}) > 2


def test_a_row_has_a_value_for_each_column_but_those_of_the_draw(frame):
    row = draw_sample(frame, 80, 1)[0]
    values = dict(zip(COLUMNS, row.values, strict=False))
    assert len(row.values) == len(COLUMNS) - 2
    assert values["inclusion_probability"] == values["stratum_sample"] / values["stratum_size"]
    assert values["p_no_damage"] == frame.probabilities[values["building_id"] - 1, 0]


def test_what_was_reviewed_before_is_known_as_a_whole_and_never_drawn(frame):
    reviewed = frame.ids <= 40
    rows = draw_sample(replace(frame, reviewed=reviewed), 80, 1)
    before = [row for row in rows if row.stratum == REVIEWED_BEFORE]
    assert {row.building_id for row in before} == set(range(1, 41))
    assert {row.inclusion_probability for row in before} == {1.0}
    drawn = [row for row in rows if row.stratum != REVIEWED_BEFORE]
    assert len(drawn) == 80
    assert min(row.building_id for row in drawn) > 40
    assert sum({row.stratum: row.stratum_size for row in drawn}.values()) == 1960


def test_more_than_there_are_is_all(frame):
    assert len(draw_sample(frame, 5000, 1)) == 2000
