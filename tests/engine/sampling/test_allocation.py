"""How a sample is divided."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.sampling.allocation import allocate


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=9), st.floats(0, 1), st.integers(0, 2**31))
def test_it_keeps_all_bounds(sizes, share, seed):
    means = np.random.default_rng(seed).dirichlet([1, 1, 1, 1], len(sizes))
    sample = min(max(int(share * sum(sizes)), len(sizes)), sum(sizes))
    drawn = allocate(np.array(sizes), means, sample, 5)
    assert drawn.sum() == sample
    assert (drawn <= sizes).all()
    assert (drawn >= 1).all()
    if sum(min(size, 5) for size in sizes) <= sample:
        assert (drawn >= np.minimum(sizes, 5)).all()


def test_strata_of_which_the_model_is_unsure_get_more():
    """Neyman: 1000·√(2·0.5·0.5) to 1000·√(2·0.05·0.95), where 5 % are believed of any class."""
    drawn = allocate(np.array([1000, 1000]), np.array([[0.5, 0.5], [1.0, 0.0]]), 200, 5)
    ratio = np.sqrt(0.25) / np.sqrt(0.025 * 0.975)
    assert drawn[0] / drawn[1] == pytest.approx(ratio, rel=0.05)


def test_a_model_that_is_always_sure_is_checked_nevertheless():
    drawn = allocate(np.array([5000, 100]), np.array([[1.0, 0, 0, 0], [0.4, 0.3, 0.2, 0.1]]), 150, 5)
    assert drawn[0] > 75
