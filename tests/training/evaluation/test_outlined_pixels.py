"""Kept pixels vote as those of whole pairs do."""

import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.calibration import Scaling
from training.evaluation.decision_search import find
from training.evaluation.outlined_pixels import OutlinedPixels, joined_pixels
from xview2_qgis.engine.decision.object_vote import ObjectVote

DECISION = ObjectVote(0.4, 0.4)
PAIRS = [draw(seed) for seed in range(4)]


def assert_same(found, expected, tolerance):
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=tolerance)
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    np.testing.assert_array_equal(found.owners, expected.owners)
    np.testing.assert_array_equal(found.truth, expected.truth)


@pytest.mark.parametrize("scaling", [Scaling(), Scaling(1.7, (0.0, -1.0, 0.5, 0.2))])
def test_votes_are_those_of_whole_pairs(scaling):
    kept = OutlinedPixels.of(PAIRS, DECISION, 0.5)
    expected = find([pair.scaled(scaling) for pair in PAIRS], DECISION, 0.5)
    assert_same(kept.found(scaling), expected, 0.005)  # there the four scaled ones are rounded to bytes
    assert len(expected.owners) > 100


def test_lots_of_pairs_are_joined_in_their_order():
    lots = [OutlinedPixels.of(lot, DECISION, 0.5) for lot in (PAIRS[:1], [], PAIRS[1:])]
    assert_same(joined_pixels(lots).found(Scaling()), OutlinedPixels.of(PAIRS, DECISION, 0.5).found(Scaling()), 0)


def test_small_outlines_are_left_out():
    large = OutlinedPixels.of(PAIRS, ObjectVote(0.4, 0.4, minimum_area_m2=500.0), 0.5)
    assert len(large.found(Scaling()).probabilities) == 0
    assert large.truth.sum() == sum(pair.truth.size for pair in PAIRS)
