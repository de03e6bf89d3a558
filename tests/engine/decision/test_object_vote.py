"""Thresholds against the rule written out in floating point."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.decision.object_vote import ObjectVote


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_mask_is_the_rule_in_floating_point(usual, lowered, seed):
    rng = np.random.default_rng(seed)
    building = rng.integers(0, 256, (16, 16), dtype=np.uint8)
    damage = rng.integers(0, 90, (4, 16, 16), dtype=np.uint8)
    mask = ObjectVote(usual, lowered).building_mask(building, damage)
    damaged = damage[1:].astype(float).sum(axis=0) > 127.5
    assert (mask == (building / 255 > np.where(damaged, lowered, usual)))[
        np.abs(building / 255 - np.where(damaged, lowered, usual)) > 1e-9
    ].all()


def test_winner_is_weighted():
    probabilities = np.array([0.5, 0.3, 0.1, 0.1])
    assert ObjectVote().winner(probabilities) == 1
    assert ObjectVote(class_weights=(1.0, 2.0, 1.0, 1.0)).winner(probabilities) == 2
