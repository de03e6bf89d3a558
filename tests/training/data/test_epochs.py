"""How often items come in an epoch."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.data.epochs import Epoch


@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=40), number=st.integers(0, 10), seed=st.integers(0, 99))
def test_whole_counts_are_kept_exactly(counts, number, seed):
    order = Epoch.of(counts, sum(counts), seed).order(number)
    assert np.array_equal(np.bincount(order, minlength=len(counts)), counts)


def test_other_counts_are_kept_on_average():
    epoch = Epoch.of([1.0, 2.5, 0.25], 10, seed=1)
    drawn = np.array([np.bincount(epoch.order(n), minlength=3) for n in range(800)])
    expected = np.array([1.0, 2.5, 0.25]) / 3.75 * 10
    np.testing.assert_allclose(drawn.mean(0), expected, atol=0.06)
    assert (np.abs(drawn - expected) < 1.001).all()


def test_order_depends_on_epoch_and_seed_only():
    epoch = Epoch.of([1] * 50, 50, seed=1)
    assert np.array_equal(epoch.order(3), Epoch.of([1] * 50, 50, seed=1).order(3))
    assert not np.array_equal(epoch.order(3), epoch.order(4))
    assert not np.array_equal(epoch.order(3), Epoch.of([1] * 50, 50, seed=2).order(3))
