"""Decisions against the rule written out in floating point."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.decision.rule import Decision


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_mask_is_the_rule_in_floating_point(usual, lowered, seed):
    rng = np.random.default_rng(seed)
    building = rng.integers(0, 256, (16, 16), dtype=np.uint8)
    damage = rng.integers(0, 90, (4, 16, 16), dtype=np.uint8)
    mask = Decision(usual, lowered).building_mask(building, damage)
    damaged = damage[1:].astype(float).sum(axis=0) > 127.5
    assert (mask == (building / 255 > np.where(damaged, lowered, usual)))[
        np.abs(building / 255 - np.where(damaged, lowered, usual)) > 1e-9
    ].all()


def test_pixels_have_the_likeliest_class_where_there_is_a_building():
    rng = np.random.default_rng(1)
    building = rng.choice(np.array([0, 255], np.uint8), (9, 7))
    damage = rng.integers(0, 256, (4, 9, 7), dtype=np.uint8)
    found = Decision(rule="fifth-place").pixel_classes(building, damage)
    np.testing.assert_array_equal(found, np.where(building > 0, damage.argmax(axis=0) + 1, 0))
    assert found.dtype == np.uint8


def test_winner_is_weighted():
    probabilities = np.array([0.5, 0.3, 0.1, 0.1])
    assert Decision().winner(probabilities) == 1
    assert Decision(class_weights=(1.0, 2.0, 1.0, 1.0)).winner(probabilities) == 2
