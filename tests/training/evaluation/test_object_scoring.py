"""Object scores of scenes whose counts are known by construction, and matching against the optimal assignment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment

from training.evaluation.object_scoring import ObjectScore, match
from training.evaluation.objects import Objects


def scene(*boxes):
    """Buildings as (top, left, bottom, right, class)."""
    numbers = np.zeros((20, 40), np.int32)
    for number, (top, left, bottom, right, _) in enumerate(boxes, start=1):
        numbers[top:bottom, left:right] = number
    return Objects(numbers, np.array([b[4] for b in boxes], np.uint8))


def test_overlap_of_exactly_one_half_matches():
    # 3 of 4 columns shared on both sides: 3 / 5; 2 of 3: 2 / 4; 1 of 2: 1 / 3
    for width, matched in ((4, 1), (3, 1), (2, 0)):
        pairs = match(scene((0, 0, 4, width, 1)), scene((0, 1, 4, width + 1, 1)))
        assert len(pairs.iou) == matched
    assert match(scene((0, 0, 4, 3, 1)), scene((0, 1, 4, 4, 1))).iou.tolist() == [0.5]


def test_counts():
    actual = scene(
        (0, 0, 4, 4, 1),  # found, class right
        (0, 6, 4, 10, 1),  # found, taken for class 3
        (0, 12, 4, 16, 4),  # missed
        (0, 18, 4, 22, 255),  # found, class unknown
        (6, 0, 10, 4, 255),  # missed, class unknown
        (6, 6, 10, 10, 2),  # touches the next one; both found as one: matches neither
        (6, 10, 10, 14, 2),
    )
    predicted = scene(
        (0, 0, 4, 4, 1), (0, 6, 4, 9, 3), (0, 18, 4, 22, 2), (6, 6, 10, 15, 2), (12, 0, 14, 2, 4),
    )  # fmt: skip
    score = ObjectScore()
    score.add(predicted, actual)
    assert (score.localization.tp, score.localization.fp, score.localization.fn) == (3, 2, 4)
    expected = np.zeros((5, 5), int)
    expected[1, 1] = expected[1, 3] = 1
    expected[4, 0] = 1
    expected[2, 0] = 2
    expected[0, 2] = expected[0, 4] = 1
    assert score.matrix.tolist() == expected.tolist()
    figures = score.as_dict()
    assert figures["localization_precision"] == pytest.approx(3 / 5)
    assert figures["localization_recall"] == pytest.approx(3 / 7)
    assert figures["localization_f1"] == pytest.approx(6 / 12)
    assert figures["damage_f1_no_damage"] == pytest.approx(2 / 3)
    assert figures["damage_f1_minor_damage"] == 0
    assert figures["damage_f1_major_damage"] is None
    assert figures["damage_f1_destroyed"] == 0


def test_two_images_add_up():
    one, other, pooled = ObjectScore(), ObjectScore(), ObjectScore()
    one.add(scene((0, 0, 4, 4, 1)), scene((0, 0, 4, 4, 1)))
    other.add(scene((0, 0, 4, 4, 2)), scene((0, 0, 4, 4, 3)))
    pooled.include(one)
    pooled.include(other)
    assert pooled.localization.tp == 2
    assert pooled.matrix[1, 1] == pooled.matrix[3, 2] == 1
    assert one.damage_f1 == pytest.approx(1, abs=1e-5)


def test_found_without_class_is_missed_by_the_classes_only():
    score = ObjectScore()
    score.add(scene((0, 0, 4, 4, 255), (6, 0, 8, 4, 255)), scene((0, 0, 4, 4, 3)))
    assert (score.localization.tp, score.localization.fp) == (1, 1)
    assert score.matrix[3, 0] == score.matrix.sum() == 1


def test_localization_only():
    score = ObjectScore()
    score.add(Objects(scene((0, 0, 4, 4, 1)).numbers, None), scene((0, 0, 4, 4, 1)))
    assert set(score.as_dict()) == {"localization_f1", "localization_precision", "localization_recall"}
    assert score.damage_f1 is None


def test_nothing_there_and_nothing_found():
    score = ObjectScore()
    score.add(scene(), scene())
    assert score.localization.f1 == 0
    assert score.damage_f1 is None
    score.add(scene((0, 0, 2, 2, 1)), scene())
    score.add(scene(), scene((0, 0, 2, 2, 1)))
    assert (score.localization.tp, score.localization.fp, score.localization.fn) == (0, 1, 1)


def _compact(numbers):
    return Objects(np.unique(np.append(0, numbers), return_inverse=True)[1][1:].reshape(6, 6).astype(np.int32), None)


@given(
    arrays(np.int32, (6, 6), elements=st.integers(0, 3)), arrays(np.int32, (6, 6), elements=st.integers(0, 3)),
    st.sampled_from([0.5, 0.6]),
)  # fmt: skip
def test_as_many_matches_as_the_optimal_assignment(one, other, least):
    predicted, actual = _compact(one), _compact(other)
    if not len(predicted) or not len(actual):
        return
    iou = np.array([
        [
            np.sum((predicted.numbers == p) & (actual.numbers == a))
            / np.sum((predicted.numbers == p) | (actual.numbers == a))
            for a in range(1, len(actual) + 1)
        ]
        for p in range(1, len(predicted) + 1)
    ])  # fmt: skip
    allowed = np.where(iou >= least, iou, 0)
    rows, columns = linear_sum_assignment(-allowed)
    pairs = match(predicted, actual, least)
    assert pairs.iou.sum() == pytest.approx(allowed[rows, columns].sum())
