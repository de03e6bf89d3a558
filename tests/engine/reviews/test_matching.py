"""Matching by place: against hand-made cases and a brute-force search."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.engine.reviews.matching import LEAST_IOU, match


def box(x, y, width=10.0, height=10.0):
    return shapely.box(x, y, x + width, y + height)


def test_the_same_place_matches_and_order_does_not_matter():
    old, new = [box(0, 0), box(50, 0), box(100, 0)], [box(101, 1), box(1, 0), box(300, 0)]
    assert match(old, new) == {0: 1, 2: 0}


@pytest.mark.parametrize(("moved", "found"), [(0, True), (5, True), (5.5, False), (20, False)])
def test_a_third_in_common_is_enough(moved, found):
    # two squares of side 10, one moved: (10 - m) / (10 + m)
    assert ((10 - moved) / (10 + moved) >= LEAST_IOU) == found
    assert (match([box(0, 0)], [box(moved, 0)]) == {0: 0}) == found


def test_a_much_larger_outline_around_the_same_middle_is_the_same_building():
    assert match([box(0, 0)], [box(-10, -10, 30, 30)]) == {0: 0}
    assert match([box(0, 0)], [box(-2, -2, 60, 60)]) == {}  # a block of houses


def test_each_counts_once_and_the_best_pair_first():
    # one earlier building that is two now, and two earlier ones that are one now
    assert match([box(0, 0, 20)], [box(0, 0, 9), box(9, 0, 11)]) == {0: 1}
    assert match([box(0, 0, 9), box(9, 0, 11)], [box(0, 0, 20)]) == {1: 0}


def test_nothing_and_empty_outlines_match_nothing():
    assert match([], [box(0, 0)]) == {}
    assert match([box(0, 0)], []) == {}
    assert match([shapely.Polygon(), box(0, 0)], [box(0, 0)]) == {1: 0}


BOXES = st.lists(st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(2, 15)] * 2).map(lambda v: box(*v)), max_size=8)


@settings(max_examples=60)
@given(BOXES, BOXES)
def test_every_match_is_allowed_and_no_free_pair_is_left(old, new):
    matches = match(old, new)
    assert len(set(matches.values())) == len(matches)

    def same(a, b):
        shared = a.intersection(b).area
        return shared / a.union(b).area >= LEAST_IOU - 1e-9 or (a.contains(b.centroid) and b.contains(a.centroid))

    assert all(same(old[i], new[j]) for i, j in matches.items())
    free = [(i, j) for i in range(len(old)) if i not in matches for j in range(len(new)) if j not in matches.values()]
    strict = [
        (i, j) for i, j in free if old[i].intersection(new[j]).area / old[i].union(new[j]).area >= LEAST_IOU + 1e-9
    ]
    assert not strict


def test_many_buildings_take_no_pairwise_search():
    centres = np.random.default_rng(3).permutation(4000)
    old = [box(20.0 * i, 0) for i in range(4000)]
    new = [box(20.0 * i + 1, 1) for i in centres]
    matches = match(old, new)
    assert all(centres[j] == i for i, j in matches.items())
    assert len(matches) == 4000
