"""Splits: nothing lost, nothing twice, the same mix in every part."""

import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.splits import folds, leave_one_disaster_out


@dataclass(frozen=True)
class Pair:
    name: str
    classes: tuple[int, ...] = ()
    place: float | None = None

    @property
    def ground(self):
        """A square of one degree east of the place."""
        if self.place is None:
            return np.empty((0, 2))
        return np.array([(0, 0), (1, 0), (1, -1), (0, -1)]) + np.array([self.place, 0])

    @property
    def disaster(self):
        return self.name.rsplit("_", 1)[0]


def make(count, seed=0):
    rng = random.Random(seed)
    kinds = [(), (1,), (1, 2), (1, 3, 4)]
    return [Pair(f"{rng.choice(['fire', 'flood', 'wind'])}_{n:08d}", rng.choice(kinds)) for n in range(count)]


def test_every_disaster_is_left_out_once():
    pairs = make(60)
    splits = leave_one_disaster_out(pairs)
    assert list(splits) == ["fire", "flood", "wind"]
    for disaster, (train, held_out) in splits.items():
        assert {p.disaster for p in held_out} == {disaster}
        assert disaster not in {p.disaster for p in train}
        assert set(train) | set(held_out) == set(pairs)


@given(count=st.integers(2, 80), k=st.integers(2, 8), seed=st.integers(0, 99))
def test_parts_share_the_pairs_evenly(count, k, seed):
    pairs = make(count, seed)
    if k > count:
        return
    parts = folds(pairs, k, seed)
    assert Counter(p for _, held_out in parts for p in held_out) == Counter(pairs)
    sizes = [len(held_out) for _, held_out in parts]
    assert max(sizes) - min(sizes) <= 1
    for train, held_out in parts:
        assert not set(train) & set(held_out)
        assert len(train) + len(held_out) == count
    for kind in {(p.disaster, p.classes) for p in pairs}:
        numbers = [sum((p.disaster, p.classes) == kind for p in held_out) for _, held_out in parts]
        assert max(numbers) - min(numbers) <= 1


def test_order_of_files_does_not_matter():
    pairs = make(50)
    shuffled = random.Random(1).sample(pairs, len(pairs))
    for (_, first), (_, second) in zip(folds(pairs, 5, seed=2), folds(shuffled, 5, seed=2), strict=True):
        assert set(first) == set(second)
    assert [set(h) for _, h in folds(pairs, 5, seed=2)] != [set(h) for _, h in folds(pairs, 5, seed=3)]


@pytest.mark.parametrize("k", [0, 1, 11])
def test_impossible_numbers_of_parts(k):
    with pytest.raises(ValueError, match="folds of 10 pairs"):
        folds(make(10), k)


@given(places=st.lists(st.none() | st.integers(0, 12), min_size=8, max_size=30), k=st.integers(2, 6))
def test_pairs_of_the_same_ground_are_in_one_part(places, k):
    pairs = [
        Pair(f"fire_{number:08d}", (1,), None if place is None else 0.8 * place) for number, place in enumerate(places)
    ]
    parts = folds(pairs, k)
    assert Counter(p for _, held_out in parts for p in held_out) == Counter(pairs)
    part = {pair: number for number, (_, held_out) in enumerate(parts) for pair in held_out}
    for one in pairs:
        for other in pairs:
            if one.place is not None and other.place is not None and abs(one.place - other.place) < 0.9:
                assert part[one] == part[other]
    alone = [Pair(pair.name, pair.classes) for pair in pairs]
    before = {p.name: n for n, (_, held_out) in enumerate(folds(alone, k)) for p in held_out}
    moved = [p for p in pairs if part[p] != before[p.name]]
    assert all(p.place is not None and sum(o.place is not None for o in pairs) > 1 for p in moved)
