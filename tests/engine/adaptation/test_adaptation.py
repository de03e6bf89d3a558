"""The whole adaptation on buildings whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.adaptation.reviewed_scene import rated
from xview2_qgis.engine.adaptation.adaptation import FEWEST_LABELS, MOST_LABELS, adapt
from xview2_qgis.engine.adaptation.cross_validation import Quality
from xview2_qgis.engine.adaptation.rated_buildings import UNLABELLED
from xview2_qgis.engine.errors import InputError


@pytest.mark.parametrize("features", [True, False])
def test_buildings_that_nobody_reviewed_are_rated_better(features):
    buildings, true = rated(600, 100, features=features)
    adaptation = adapt(buildings)
    before = Quality.of(true[100:], buildings.classes[100:])
    after = Quality.of(true[100:], adaptation.classes[100:])
    assert after.accuracy > before.accuracy + 0.05
    assert after.macro_f1 > before.macro_f1 + 0.05
    assert adaptation.gain.helps
    # the gain told is about the gain there is
    assert adaptation.gain.accuracy == pytest.approx(after.accuracy - before.accuracy, abs=0.15)
    shares = np.bincount(adaptation.classes, minlength=4) / 600
    truth = np.bincount(true, minlength=4) / 600
    model = np.bincount(buildings.classes, minlength=4) / 600
    assert np.abs(shares - truth).sum() < 0.5 * np.abs(model - truth).sum()


def test_the_same_reviews_give_the_same_answer():
    one, other = (adapt(rated(300, 60)[0]) for _ in range(2))
    assert (one.classes == other.classes).all()
    assert one.gain == other.gain


def test_the_decision_of_the_model_is_kept_where_reviews_agree_with_it():
    buildings, _ = rated(400, 0)
    weighted = (buildings.log_probabilities + np.log([1, 3, 2, 1])).argmax(axis=1)
    buildings = replace(buildings, classes=weighted, features=buildings.features[:, :0])
    agreeing = replace(buildings, labels=np.where(np.arange(400) < FEWEST_LABELS, weighted, UNLABELLED))
    adaptation = adapt(agreeing)
    assert adaptation.gain.before == Quality(1.0, 1.0)
    assert not adaptation.gain.helps


def test_too_few_reviews_and_one_class_are_refused():
    for labels, words in ((FEWEST_LABELS - 1, "too few"), (0, "too few")):
        with pytest.raises(InputError, match=words) as caught:
            adapt(rated(100, labels)[0])
        assert caught.value.code == "few-reviews"
    buildings, _ = rated(100, 30)
    with pytest.raises(InputError, match="the same class") as caught:
        adapt(replace(buildings, labels=np.where(np.arange(100) < 30, 2, UNLABELLED)))
    assert caught.value.code == "few-reviews"


def test_of_very_many_reviews_some_are_drawn():
    assert adapt(rated(MOST_LABELS + 500, MOST_LABELS + 400)[0]).gain.labels == MOST_LABELS


@given(st.integers(20, 80), st.integers(0, 200), st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_the_numbers_answers_are_classes_with_their_probability(count, seed, data):
    buildings, _ = rated(count, FEWEST_LABELS + 5, seed)
    features = buildings.features.copy()
    for row in data.draw(st.lists(st.integers(0, count - 1), max_size=5)):
        features[row] = data.draw(st.sampled_from([np.nan, np.inf, 6e4, 0.0]))
    try:
        adaptation = adapt(replace(buildings, features=features))
    except InputError:
        return
    assert set(adaptation.classes) <= {0, 1, 2, 3}
    assert ((adaptation.confidence > 0) & (adaptation.confidence <= 1)).all()
