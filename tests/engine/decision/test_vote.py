import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.vote import vote
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.protocol.schema import Damage


def pixels_of(building, damage, pre=None, post=None):
    everywhere = np.ones(building.shape, bool)
    return ProbabilityBlock(
        Window(0, 0, *building.shape[::-1]),
        building,
        damage,
        everywhere if pre is None else pre,
        everywhere if post is None else post,
    ).pixels


def test_each_pixel_weighs_as_much_as_the_building_is_sure():
    labels = np.array([[1, 1, 0, 2]], np.int32)
    building = np.array([[100, 200, 255, 50]], np.uint8)
    damage = np.array([[[255, 0, 0, 51]], [[0, 0, 0, 0]], [[0, 255, 0, 204]], [[0, 0, 255, 0]]], np.uint8)
    one, two = vote(labels, 2, pixels_of(building, damage), ObjectVote().winner)
    assert one.probabilities == pytest.approx((1 / 3, 0, 2 / 3, 0))
    assert (one.damage, one.confidence) == (Damage.MAJOR, pytest.approx(2 / 3))
    assert two.probabilities == pytest.approx((0.2, 0, 0.8, 0))
    assert one.valid_fraction == two.valid_fraction == 1.0


def test_pixels_missing_in_either_image_do_not_vote():
    labels = np.ones((1, 4), np.int32)
    damage = np.zeros((4, 1, 4), np.uint8)
    damage[0, 0, :3], damage[3, 0, 3] = 255, 255
    pre, post = np.array([[True, True, False, True]]), np.array([[False, False, True, True]])
    (only,) = vote(labels, 1, pixels_of(np.full((1, 4), 255, np.uint8), damage, pre, post), ObjectVote().winner)
    assert (only.damage, only.valid_fraction) == (Damage.DESTROYED, 0.25)


@pytest.mark.parametrize(("seen", "damage"), [(1, Damage.UNKNOWN), (24, Damage.UNKNOWN), (25, Damage.DESTROYED)])
def test_a_building_seen_on_less_than_a_quarter_is_unknown(seen, damage):
    post = np.arange(100).reshape(1, 100) < seen
    destroyed = np.zeros((4, 1, 100), np.uint8)
    destroyed[3] = 255
    (only,) = vote(
        np.ones((1, 100), np.int32),
        1,
        pixels_of(np.full((1, 100), 255, np.uint8), destroyed, post=post),
        ObjectVote().winner,
    )
    assert (only.damage, only.valid_fraction) == (damage, seen / 100)
    assert (only.probabilities is None) is (only.confidence is None) is (damage is Damage.UNKNOWN)
    half = only.seen_on(0.5)  # the rest lies beyond the grid
    assert (half.damage, half.valid_fraction) == (Damage.UNKNOWN, seen / 200)


def test_without_valid_pixels_the_class_is_unknown():
    labels = np.ones((2, 2), np.int32)
    nowhere = np.zeros((2, 2), bool)
    everything = np.full((4, 2, 2), 60, np.uint8)
    (only,) = vote(labels, 1, pixels_of(np.full((2, 2), 255, np.uint8), everything, post=nowhere), ObjectVote().winner)
    assert only.damage is Damage.UNKNOWN
    assert only.probabilities is only.confidence is None
    assert only.valid_fraction == 0.0


def test_class_weights_choose_but_do_not_change_the_probabilities():
    damage = np.array([140, 115, 0, 0], np.uint8).reshape(4, 1, 1)
    rule = ObjectVote(class_weights=(1, 2, 1, 1))
    (only,) = rule.classify(np.ones((1, 1), np.int32), 1, pixels_of(np.array([[255]], np.uint8), damage))
    assert only.damage is Damage.MINOR
    assert only.confidence == pytest.approx(115 / 255)


def test_a_footprint_where_the_network_sees_nothing_still_votes():
    damage = np.array([0, 0, 0, 255], np.uint8).reshape(4, 1, 1)
    (only,) = vote(np.ones((1, 1), np.int32), 1, pixels_of(np.zeros((1, 1), np.uint8), damage), ObjectVote().winner)
    assert only.damage is Damage.DESTROYED


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_probabilities_sum_to_one_and_the_confidence_is_one_of_them(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, (6, 7)).astype(np.int32)
    labels[0, :3] = 1, 2, 3
    given = pixels_of(
        rng.integers(0, 256, (6, 7)).astype(np.uint8),
        rng.integers(0, 256, (4, 6, 7)).astype(np.uint8),
        post=rng.random((6, 7)) < 0.5,
    )
    for result in vote(labels, 3, given, ObjectVote().winner):
        assert 0 <= result.valid_fraction <= 1
        if result.damage is not Damage.UNKNOWN:
            assert sum(result.probabilities) == pytest.approx(1)
            assert result.confidence == result.probabilities[result.damage - 1] == max(result.probabilities)
