"""Headline figures against buildings that are counted one by one, and intervals that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.protocol.random_scores import random_score
from training.evaluation.object_scoring import ObjectScore
from training.evaluation.score_table import PairScore
from training.protocol.headline import HEADLINES, Pooled, headlines, macro_f1, major_or_worse
from xview2_qgis.engine.scoring.challenge import Confusion, Score

buildings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)


def counted(pairs):
    objects = ObjectScore()
    for true, given_class in pairs:
        objects.matrix[true, given_class] += 1
    return objects


def f1(pairs, positive):
    """By its definition, from a list of buildings."""
    tp = sum(positive(t) and positive(g) for t, g in pairs)
    fp = sum(positive(g) and not positive(t) for t, g in pairs)
    fn = sum(positive(t) and not positive(g) for t, g in pairs)
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


@given(buildings)
def test_figures_of_buildings(pairs):
    objects = counted(pairs)
    assert major_or_worse(objects).f1 == pytest.approx(f1(pairs, lambda c: c >= 3))
    present = sorted({t for t, _ in pairs if t})
    single = [f1([(t == c, g == c) for t, g in pairs], bool) for c in present]
    assert macro_f1(objects) == pytest.approx(np.mean(single) if single else 0.0)


def test_figures_come_from_the_sum_of_all_pairs():
    pairs = [random_score(seed) for seed in range(5)]
    figures, pooled = headlines(pairs, draws=50), Score()
    for pair in pairs:
        pooled.include(pair.pixels)
    assert figures["official score"].value == pooled.combined
    assert figures["damage F1"].value == pooled.damage_f1
    assert set(figures) == set(HEADLINES)
    assert all(0 <= f.low <= f.value <= f.high <= 1 for f in figures.values())


def test_an_interval_contains_what_chance_gives():
    """Pairs with one building each, right with a chance of 0.7: the F1 has the interval of a binomial share."""
    rng = np.random.default_rng(4)
    right = rng.random(400) < 0.7
    scores = [PairScore("fire", Score(), counted([(4, 4 if hit else 0)])) for hit in right]
    figure = headlines(scores)["buildings: destroyed F1"]
    share = right.mean()
    ends = [2 * p / (1 + p) for p in share + np.array([-1.96, 1.96]) * np.sqrt(share * (1 - share) / 400)]
    assert figure.value == pytest.approx(2 * share / (1 + share))
    np.testing.assert_allclose([figure.low, figure.high], ends, atol=0.006)


def test_equal_pairs_leave_no_doubt_and_seeds_decide():
    scores = [random_score(1)] * 7
    figure = headlines(scores, draws=30)["official score"]
    assert figure.low == figure.value == figure.high
    different = [random_score(seed) for seed in range(6)]
    assert headlines(different, draws=30) == headlines(different, draws=30) != headlines(different, draws=30, seed=1)


def test_pairs_without_buildings():
    figures = headlines([PairScore("fire", Score())], draws=10)
    assert figures["buildings: macro F1"].value == 0.0
    assert Pooled.of([]).objects.localization == Confusion()
