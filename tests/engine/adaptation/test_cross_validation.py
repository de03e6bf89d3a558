"""What is measured: counted by hand, and in parts that hold every class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.adaptation.cross_validation import Gain, Quality, measured_gain, stratified_parts
from xview2_qgis.engine.adaptation.regression import Correction, Examples

SAME = Correction(0.0, np.zeros(4), np.zeros((0, 4)))


def test_quality_by_hand():
    # class 0: 2 right, 1 given to another; class 1: 1 right and 1 too many; class 3 never occurs
    quality = Quality.of(np.array([0, 0, 0, 1, 2]), np.array([0, 0, 1, 1, 3]))
    assert quality.accuracy == pytest.approx(3 / 5)
    assert quality.macro_f1 == pytest.approx((2 * 2 / 5 + 2 * 1 / 3 + 0) / 3)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_every_class_is_spread_over_the_parts(labels, seed):
    labels = np.array(labels)
    parts = stratified_parts(labels, 5, np.random.default_rng(seed))
    for number in range(4):
        sizes = np.bincount(parts[labels == number], minlength=5)
        assert sizes.max() - sizes.min() <= 1
    assert np.ptp(np.bincount(parts, minlength=5)) <= 1


def test_a_correction_that_changes_nothing_gains_nothing():
    logs = np.log(np.random.default_rng(0).dirichlet([1.0] * 4, 50))
    examples = Examples(logs, np.empty((50, 0)), logs.argmax(axis=1))
    gain = measured_gain(examples, logs.argmax(axis=1), np.zeros(4), lambda _: SAME)
    assert gain.before == gain.after == Quality(1.0, 1.0)
    assert not gain.helps


def test_no_building_is_rated_by_its_own_label():
    """A correction that knows its examples by heart is right about none that it was not given."""
    logs = np.zeros((40, 4))
    examples = Examples(logs, np.arange(40.0)[:, None], np.arange(40) % 4)
    given_parts = []

    def fitted(part):
        given_parts.append(set(part.features[:, 0]))
        return Correction(0.0, np.zeros(4), np.zeros((1, 4)))

    measured_gain(examples, np.zeros(40, np.int64), np.zeros(4), fitted)
    for index in range(0, len(given_parts), 10):
        left_out = [set(range(40)) - part for part in given_parts[index : index + 10]]
        assert sorted(number for part in left_out for number in part) == list(range(40))


@pytest.mark.parametrize(
    ("after", "helps"),
    [((0.8, 0.6), True), ((0.7, 0.6), True), ((0.8, 0.5), True), ((0.7, 0.5), False), ((0.9, 0.4), False)],
)
def test_it_helps_where_neither_figure_falls(after, helps):
    assert Gain(50, Quality(0.7, 0.5), Quality(*after)).helps is helps
