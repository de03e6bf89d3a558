"""Kept pixels vote as the engine lets them."""

import cv2
import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.calibration import Scaling
from training.evaluation.found import joined_found
from training.evaluation.outlined_pixels import OutlinedPixels
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.vote import Pixels

DECISION = ObjectVote(0.4, 0.4)


@pytest.mark.parametrize("scaling", [None, Scaling(1.7, (0.0, -1.0, 0.5, 0.2))])
def test_votes_are_those_of_the_engine(scaling):
    pair = draw(3)
    found = OutlinedPixels.of(pair, DECISION, 0.5).found(scaling)
    scaled = pair if scaling is None else pair.scaled(scaling)  # rounded to bytes
    # the houses do not touch
    count, labels = cv2.connectedComponents((pair.building > 102).astype(np.uint8), connectivity=4)
    pixels = Pixels(pair.building, scaled.damage, np.ones(labels.shape, bool))
    votes = DECISION.classify(labels.astype(np.int32), count - 1, pixels)
    assert len(votes) > 20
    np.testing.assert_allclose(found.probabilities, [v.probabilities for v in votes], atol=0.005)
    true = np.where(pair.truth == 255, 5, pair.truth)
    expected = [np.bincount(true[labels == number], minlength=6) for number in range(1, count)]
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.truth.tolist() == [np.bincount(true.ravel(), minlength=6).tolist()]


def test_pairs_are_joined_in_their_order():
    pairs = [OutlinedPixels.of(draw(seed), DECISION, 0.5).found() for seed in range(3)]
    whole = joined_found([joined_found([]), pairs[0], joined_found(pairs[1:])])
    assert whole.owners.tolist() == [n for n, pair in enumerate(pairs) for _ in pair.owners]
    np.testing.assert_array_equal(whole.truth, np.concatenate([pair.truth for pair in pairs]))
    assert whole.score((1, 1, 1, 1), np.array([0, 1, 0])) == pairs[1].score((1, 1, 1, 1))


def test_small_outlines_are_left_out():
    pair = draw(1)
    large = OutlinedPixels.of(pair, ObjectVote(0.4, 0.4, minimum_area_m2=500.0), 0.5)
    assert len(large.found().probabilities) == 0
    assert large.truth.sum() == pair.truth.size
