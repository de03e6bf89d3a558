"""Class weights read off the rows of a result."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.adaptation.decision_offset import decision_offset


@given(st.lists(st.floats(0.2, 5.0), min_size=4, max_size=4), st.integers(1, 200), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_with_the_offset_the_largest_is_what_the_model_decided(weights, count, seed):
    logs = np.log(np.random.default_rng(seed).dirichlet([1.0] * 4, count))
    classes = (logs + np.log(weights)).argmax(axis=1)
    best = logs + decision_offset(logs, classes)
    assert best[np.arange(count), classes] == pytest.approx(best.max(axis=1), abs=1e-6)


def test_many_rows_give_the_weights_themselves():
    logs = np.log(np.random.default_rng(0).dirichlet([1.0] * 4, 50_000))
    weights = np.array([1.0, 2.0, 1.68, 1.0])
    found = decision_offset(logs, (logs + np.log(weights)).argmax(axis=1))
    assert found - found[0] == pytest.approx(np.log(weights), abs=0.02)


def test_where_the_likeliest_class_wins_there_is_none():
    logs = np.log(np.random.default_rng(0).dirichlet([1.0] * 4, 100))
    assert not decision_offset(logs, logs.argmax(axis=1)).any()


def test_a_model_that_decides_in_another_way_has_none():
    logs = np.log(np.random.default_rng(0).dirichlet([1.0] * 4, 100))
    assert not decision_offset(logs, logs.argmin(axis=1)).any()


def test_no_buildings():
    assert not decision_offset(np.empty((0, 4)), np.empty(0, np.int64)).any()
