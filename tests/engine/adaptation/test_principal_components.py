"""Components against numpy's singular values; rows that are no numbers lie at the average."""

import numpy as np
import pytest

from tests.engine.adaptation.reviewed_scene import rated
from xview2_qgis.engine.adaptation.principal_components import described, standardised
from xview2_qgis.engine.adaptation.rated_buildings import RatedBuildings


def with_features(features, areas=None):
    known, _ = rated(len(features), 0)
    return RatedBuildings(
        known.rows, known.probabilities, known.classes, known.labels, known.areas_m2 if areas is None else areas,
        np.asarray(features, np.float32),
    )  # fmt: skip


def test_components_are_those_of_a_singular_value_decomposition():
    random = np.random.default_rng(0)
    features = random.normal(0, 1, (200, 5)) @ random.normal(0, 1, (5, 8))
    found = described(with_features(features))[:, :-1]
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    deviations = sizes[:5] / np.sqrt(200)
    expected = left[:, :5] * np.sqrt(200) * np.sqrt(deviations / deviations[0])
    assert found.shape == (200, 5)  # no more than there are
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-3)


def test_more_features_than_components():
    assert described(with_features(np.random.default_rng(0).normal(0, 1, (100, 50)))).shape == (100, 33)


def test_rows_without_features_and_areas_lie_at_the_average():
    features = np.random.default_rng(0).normal(0, 1, (50, 4))
    features[3], features[4, 1], features[5, 0] = np.nan, np.inf, -np.inf
    areas = np.full(50, 100.0)
    areas[:25], areas[3], areas[4] = 20.0, np.nan, -1.0
    found = described(with_features(features, areas))
    assert np.isfinite(found).all()
    assert not found[3:5].any()
    assert not found[5, :-1].any()
    assert found[5, -1]
    assert found[:, :-1].mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-6)


@pytest.mark.parametrize("features", [np.empty((6, 0)), np.full((6, 3), np.nan), np.ones((6, 3))])
def test_without_any_difference_there_is_no_component(features):
    assert described(with_features(features)).shape == (6, 1)


def test_a_constant_column_stays_zero():
    assert standardised(np.array([[1.0, 5.0], [3.0, 5.0]])).tolist() == [[-1.0, 0.0], [1.0, 0.0]]
