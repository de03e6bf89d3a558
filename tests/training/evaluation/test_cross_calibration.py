"""A calibration on pairs that it was not fitted to, against what was put into drawn pairs."""

import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.cross_calibration import cross_calibrate, measure, pooled
from training.evaluation.decision_search import Settled, calibrate, find
from training.section import ConfigurationError
from xview2_qgis.engine.decision.object_vote import ObjectVote

DECISION = ObjectVote(0.4, 0.4)
PLAIN = Settled((1.0, 1.0, 1.0, 1.0))


def test_a_part_is_scaled_by_what_the_others_say():
    parts = [[draw(seed)] for seed in range(3)]
    measured = cross_calibrate(parts, DECISION, 0.5, PLAIN)
    for number, part in enumerate(parts):
        others = [pair for place, o in enumerate(parts) if place != number for pair in o]
        scaling = calibrate(others, 0.5, PLAIN).scaling
        expected = find([pair.scaled(scaling) for pair in part], DECISION, 0.5)
        assert measured[number].score == expected.score((1, 1, 1, 1))
        # the scaling was fitted to buildings at another threshold: shares of pixels differ, the squares are the same
        np.testing.assert_allclose(measured[number].samples.probabilities, expected.samples.probabilities, atol=0.05)


def test_the_flattery_is_gone():
    """One fault in all parts is put right by the others; what a part alone does wrong stays."""
    alike = [[draw(seed, swing=0.7)] for seed in range(20, 26)]
    own = calibrate([pair for part in alike for pair in part], 0.5, PLAIN)
    unseen = pooled(cross_calibrate(alike, DECISION, 0.5, PLAIN)).as_dict()
    assert own.losses[1] < unseen["log_loss"] < own.losses[0]
    wrong = draw(30, swing=0.7)
    wrong = type(wrong)(wrong.building, wrong.damage[[1, 0, 3, 2]], wrong.truth)
    part = cross_calibrate([*alike, [wrong]], DECISION, 0.5, PLAIN)[-1].as_dict()
    assert part["log_loss"] > unseen["log_loss"] + 0.3
    assert part["expected_calibration_error"] > unseen["expected_calibration_error"]


def test_all_parts_count_together():
    parts = cross_calibrate([[draw(1), draw(2)], [draw(3)]], DECISION, 0.5)
    whole = pooled(parts)
    assert whole.as_dict()["buildings"] == sum(part.as_dict()["buildings"] for part in parts)
    assert whole.score.localization.tp == sum(part.score.localization.tp for part in parts)
    assert parts[0].score.localization.tp < whole.score.localization.tp  # and the parts stay what they are


def test_one_part_has_no_others():
    with pytest.raises(ConfigurationError, match="two"):
        cross_calibrate([[draw(1)]], DECISION, 0.5)
    blind = draw(1)
    blind.building[:] = 0
    with pytest.raises(ConfigurationError, match="other runs"):
        cross_calibrate([[blind], [draw(2)]], DECISION, 0.5)
    assert cross_calibrate([[draw(2)], [draw(3)], [blind]], DECISION, 0.5, PLAIN)[2].as_dict()["log_loss"] == 0.0


def test_a_calibration_is_measured_on_other_pairs():
    tuning = calibrate([draw(seed) for seed in range(4)], 0.5, Settled(building_threshold=0.4))
    others = [draw(seed) for seed in range(50, 53)]
    decision = tuning.choice.decision
    assert decision.building_threshold == 0.4
    expected = find([pair.scaled(tuning.scaling) for pair in others], decision, 0.5)
    measured = measure(iter(others), tuning, 0.5)
    assert measured.score.combined == pytest.approx(expected.score(decision.class_weights).combined, abs=0.02)
    np.testing.assert_allclose(measured.samples.probabilities, expected.samples.probabilities, atol=0.005)
