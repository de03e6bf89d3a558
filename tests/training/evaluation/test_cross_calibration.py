"""A calibration on pairs that it was not fitted to, against what was put into drawn pairs."""

import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.cross_calibration import OutlinedPairs, measure_unseen, pooled
from training.evaluation.decision_search import Settled, calibrate, find
from training.section import ConfigurationError
from xview2_qgis.engine.decision.object_vote import ObjectVote

DECISION = ObjectVote(0.4, 0.4)
PLAIN = Settled((1.0, 1.0, 1.0, 1.0))


def cross_calibrate(parts, settled=PLAIN):
    known = [
        OutlinedPairs.of([(number, place) for place in range(len(part))], part, DECISION, 0.5)
        for number, part in enumerate(parts)
    ]
    return [measure_unseen(known, asked, settled) for asked in known]


def test_a_part_is_scaled_by_what_the_others_say():
    parts = [[draw(seed)] for seed in range(3)]
    measured = cross_calibrate(parts)
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
    unseen = pooled(cross_calibrate(alike)).as_dict()
    assert own.losses[1] < unseen["log_loss"] < own.losses[0]
    wrong = draw(30, swing=0.7)
    wrong = type(wrong)(wrong.building, wrong.damage[[1, 0, 3, 2]], wrong.truth)
    part = cross_calibrate([*alike, [wrong]])[-1].as_dict()
    assert part["log_loss"] > unseen["log_loss"] + 0.3
    assert part["expected_calibration_error"] > unseen["expected_calibration_error"]


def test_all_parts_count_together():
    parts = cross_calibrate([[draw(1), draw(2)], [draw(3)]], Settled())
    whole = pooled(parts)
    assert whole.as_dict()["buildings"] == sum(part.as_dict()["buildings"] for part in parts)
    assert whole.score.localization.tp == sum(part.score.localization.tp for part in parts)
    assert parts[0].score.localization.tp < whole.score.localization.tp  # and the parts stay what they are


def test_there_must_be_buildings_elsewhere():
    blind = draw(1)
    blind.building[:] = 0
    for parts in ([[draw(1)]], [[blind], [draw(2)]]):
        with pytest.raises(ConfigurationError, match="other runs"):
            cross_calibrate(parts)
    assert cross_calibrate([[draw(2)], [draw(3)], [blind]])[2].as_dict()["log_loss"] == 0.0


def test_what_another_network_says_of_the_same_pairs_does_not_count():
    """Disasters that a run left out are in the folds, too: their shares of the classes must not be known."""
    first, second = draw(1), draw(2)
    folds = [OutlinedPairs.of(["fire"], [first], DECISION, 0.5), OutlinedPairs.of(["flood"], [second], DECISION, 0.5)]
    without_fire = OutlinedPairs.of(["fire"], [draw(1, swing=0.9)], DECISION, 0.5)
    alone = measure_unseen(folds[1:], without_fire, PLAIN)
    assert measure_unseen(folds, without_fire, PLAIN).as_dict() == alone.as_dict()
    new = OutlinedPairs(dict.fromkeys(["quake"], without_fire.pixels["fire"]))
    assert measure_unseen(folds, new, PLAIN).as_dict() != alone.as_dict()
