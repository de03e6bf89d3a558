"""The decision search against the official score of drawn masks."""

import json

import numpy as np
import pytest

from training.evaluation.calibration import Scaling
from training.evaluation.decision_search import Settled, best_choice, best_class_weights, calibrate, find, find_all
from training.evaluation.pair_prediction import PairPrediction
from training.section import ConfigurationError
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.scoring.challenge import Score

ROWS, COLUMNS = 6, 8


def draw(seed, swing=0.5):
    """A pair of 48 houses of 20 × 20 pixels, some shifted, some missed, with classes that are hard to tell."""
    rng = np.random.default_rng(seed)
    building, truth = np.zeros((32 * ROWS, 32 * COLUMNS), np.uint8), np.zeros((32 * ROWS, 32 * COLUMNS), np.uint8)
    damage = np.full((4, *building.shape), 64, np.uint8)
    for row in range(ROWS):
        for column in range(COLUMNS):
            top, left = 32 * row + 6, 32 * column + 6
            label = int(rng.choice([1, 1, 1, 2, 3, 4, 255]))
            truth[top : top + 20, left : left + 20] = label
            score = rng.normal(0, swing, 4)
            score[min(label, 4) - 1] += 1
            score[0] += 0.8  # the network likes the common class too much
            shift = int(rng.integers(0, 5))
            part = np.s_[top + shift : top + shift + 20, left : left + 20]
            building[part] = rng.choice([90, 140, 250])
            damage[(slice(None), *part)] = np.rint(255 * np.exp(score) / np.exp(score).sum())[:, None, None]
    return PairPrediction(building, damage, truth)


PAIRS = [draw(seed) for seed in range(3)]


@pytest.mark.parametrize("weights", [(1, 1, 1, 1), (1, 2, 1.5, 0.7), (0.2, 1, 1, 3)])
@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.9])
def test_score_of_the_found_is_that_of_the_drawn_mask(weights, threshold):
    expected = Score()
    for pair in PAIRS:
        # every house is one flat square here, so its vote is what any of its pixels says
        classes = (pair.damage * np.reshape(weights, (4, 1, 1))).argmax(0) + 1
        mask = np.where(pair.building > threshold * 255, classes, 0)
        expected.add(mask > 0, mask, pair.truth, pair.truth)
    found = find(PAIRS, ObjectVote(threshold, threshold), 0.5).score(weights)
    assert found.as_dict() == pytest.approx(expected.as_dict())


def test_small_things_are_not_reported():
    pair = PAIRS[0]
    tiny = np.zeros_like(pair.building)
    tiny[3:6, 3:6] = 255
    small = PairPrediction(tiny, pair.damage, pair.truth)
    assert len(find([small], ObjectVote(minimum_area_m2=2.0), 0.5).probabilities) == 1
    assert len(find([small], ObjectVote(minimum_area_m2=3.0), 0.5).probabilities) == 0


def test_houses_without_a_class_teach_no_class():
    found = find(PAIRS, ObjectVote(), 0.5)
    samples = found.samples
    assert 0 < len(samples) < len(found.probabilities)
    assert set(samples.labels) == {0, 1, 2, 3}


def test_weights_lift_the_classes_that_lose():
    found = find([draw(seed) for seed in range(8)], ObjectVote(), 0.5)
    weights = best_class_weights(found)
    assert found.score(weights).damage_f1 > found.score((1.0,) * 4).damage_f1 + 0.05
    assert weights[0] == 1.0
    assert min(weights[1:]) > 1.0


def test_pairs_that_count_several_times_are_pairs_given_several_times():
    found = find(PAIRS, ObjectVote(), 0.5)
    twice = find([PAIRS[0], PAIRS[0], PAIRS[2]], ObjectVote(), 0.5)
    assert found.score((1, 2, 1, 1), np.array([2, 0, 1])).as_dict() == twice.score((1, 2, 1, 1)).as_dict()


def test_what_one_pair_says_is_not_believed():
    """All major buildings stand in one pair, and only a large factor finds them."""
    building, truth = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    building[10:50, 10:50] = 255

    def pair(label, probabilities):
        damage = np.broadcast_to(np.reshape(probabilities, (4, 1, 1)), (4, 64, 64)).astype(np.uint8)
        return PairPrediction(building, damage, np.where(building > 0, np.uint8(label), truth))

    usual = [pair(1, (245, 4, 3, 3)), pair(2, (3, 245, 4, 3)), pair(4, (3, 4, 3, 245))]
    weak = pair(3, (120, 5, 100, 30))
    assert best_class_weights(find([*usual, weak], ObjectVote(), 0.5)) == (1.0, 1.0, 1.0, 1.0)
    many = best_class_weights(find([*usual, *[weak] * 6], ObjectVote(), 0.5))
    assert many[2] > 1.0


def test_what_changes_nothing_stays_plain():
    classes = (np.eye(4, dtype=np.uint8)[np.clip(pair.truth, 1, 4) - 1].transpose(2, 0, 1) * 255 for pair in PAIRS)
    sure = [PairPrediction(p.building, damage, p.truth) for p, damage in zip(PAIRS, classes, strict=True)]
    assert best_class_weights(find(sure, ObjectVote(), 0.5)) == (1.0, 1.0, 1.0, 1.0)


def test_the_threshold_with_the_best_score_is_chosen():
    decisions = [ObjectVote(t, t - less) for t in (0.3, 0.5, 0.7) for less in (0.0, 0.1)]
    choice = best_choice(decisions, find_all(PAIRS, decisions, 0.5))
    # houses of all three certainties are real: whatever is left out is missed
    assert choice.decision.building_threshold == 0.3
    assert choice.score.as_dict() == find(PAIRS, choice.decision, 0.5).score(choice.decision.class_weights).as_dict()


def test_scaling_a_prediction_moves_its_classes():
    scaled = PAIRS[0].scaled(Scaling(2.0, (0.0, 1.0, 0.0, -1.0)))
    here = PAIRS[0].damage[:, 10, 10].astype(float)
    powers = np.sqrt(np.maximum(here, 1e-9)) * np.exp([0.0, 1.0, 0.0, -1.0])
    np.testing.assert_allclose(scaled.damage[:, 10, 10] / 255, powers / powers.sum(), atol=0.003)
    np.testing.assert_array_equal(scaled.building, PAIRS[0].building)


def test_calibrate():
    pairs = [draw(seed, swing=0.7) for seed in range(10, 40)]
    tuning = calibrate(pairs, 0.5)
    before, after = tuning.errors
    assert after < 0.05 < before
    # the network likes the first class too much by 0.8
    assert np.mean(tuning.scaling.offsets[1:]) * tuning.scaling.temperature > 0.3
    assert tuning.choice.score.combined > tuning.plain.combined
    before, after = tuning.losses
    samples = find(pairs, ObjectVote(), 0.5).samples
    true = samples.probabilities[np.arange(len(samples)), samples.labels]
    assert after < before == pytest.approx(-np.log(np.maximum(true, 1e-12)).mean())
    content = json.loads(json.dumps(tuning.as_dict()))
    assert content["decision"]["class_weights"] == list(tuning.choice.decision.class_weights)
    assert content["figures"]["after"]["score"] == tuning.choice.score.combined


def test_settled_class_weights_stay():
    pairs = [draw(seed) for seed in range(3)]
    settled = (1.0, 0.5, 2.0, 1.0)
    chosen, free = calibrate(pairs, 0.5, Settled(settled)), calibrate(pairs, 0.5)
    assert chosen.choice.decision.class_weights == settled
    assert chosen.scaling == free.scaling
    found = find([pair.scaled(chosen.scaling) for pair in pairs], chosen.choice.decision, 0.5)
    assert chosen.choice.score == found.score(settled)


def test_shares_of_the_classes_elsewhere_move_the_offsets_and_not_the_figures():
    pairs = [draw(seed, swing=0.7) for seed in range(4)]
    here = calibrate(pairs, 0.5)
    counts = np.bincount(find(pairs, ObjectVote(), 0.5).samples.labels, minlength=4)
    same = calibrate(pairs, 0.5, Settled(class_shares=tuple(counts.tolist())))
    assert same.scaling.offsets == pytest.approx(here.scaling.offsets)
    rare = calibrate(pairs, 0.5, Settled(class_shares=(counts[0], *(counts[1:] / 10).tolist())))
    np.testing.assert_allclose(
        np.subtract(rare.scaling.offsets, here.scaling.offsets), [0, *[-np.log(10)] * 3], atol=1e-6
    )
    assert (rare.errors, rare.losses) == (here.errors, here.losses)


def test_the_smallest_outline_is_settled():
    pairs = [draw(seed) for seed in range(2)]  # houses of 100 m²
    assert calibrate(pairs, 0.5, Settled(minimum_area_m2=99)).choice.decision.minimum_area_m2 == 99
    with pytest.raises(ConfigurationError, match="no labelled building was found"):
        calibrate(pairs, 0.5, Settled(minimum_area_m2=101))


def test_nothing_found():
    empty = PairPrediction(
        np.zeros((64, 64), np.uint8), np.full((4, 64, 64), 64, np.uint8), np.ones((64, 64), np.uint8)
    )
    with pytest.raises(ConfigurationError, match="no labelled building was found"):
        calibrate([empty], 0.5)
