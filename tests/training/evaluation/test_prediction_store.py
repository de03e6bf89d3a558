"""Predictions on disk: what comes back, what is chosen with them, and how many are in memory at once."""

import gc
import weakref

import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.decision_search import calibrate
from training.evaluation.pair_prediction import PairPrediction
from training.evaluation.prediction_store import PredictionStore

PREDICTIONS = [draw(seed, swing=0.7) for seed in range(10, 14)]


@pytest.fixture
def store():
    with PredictionStore() as kept:
        kept.extend(iter(PREDICTIONS))
        yield kept


def test_what_comes_back(store):
    assert len(store) == len(PREDICTIONS)
    for kept, prediction in zip(store, PREDICTIONS, strict=True):
        for name in ("building", "damage", "truth"):
            np.testing.assert_array_equal(getattr(kept, name), getattr(prediction, name))
            assert getattr(kept, name).dtype == np.uint8
    assert len(store[1:4]) == 3
    np.testing.assert_array_equal(store[-1].truth, PREDICTIONS[-1].truth)
    with pytest.raises(IndexError):
        store[len(PREDICTIONS)]


def test_calibration_is_that_of_predictions_in_memory(store):
    assert calibrate(store, 0.5).as_dict() == calibrate(PREDICTIONS, 0.5).as_dict()


def test_the_files_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with PredictionStore() as kept:
        kept.extend(PREDICTIONS[:2])
        files = [p for p in tmp_path.rglob("*") if p.is_file()]
        # six bytes a pixel and the header of the file
        assert [p.stat().st_size for p in files] == [6 * PREDICTIONS[0].truth.size + 128] * 2
    assert not list(tmp_path.iterdir())


def test_one_prediction_is_in_memory_at_a_time(store, monkeypatch):
    living, most = weakref.WeakSet(), []
    made = PairPrediction.__init__

    class Counted:
        """What a dataclass does not allow: to be told apart by identity in a weak set."""

    def init(self, *arguments, **named):
        made(self, *arguments, **named)
        token = Counted()
        object.__setattr__(self, "token", token)
        living.add(token)
        gc.collect()
        most.append(len(living))

    monkeypatch.setattr(PairPrediction, "__init__", init)
    gc.collect()
    gc.freeze()  # what is there already need not be looked through each time
    try:
        calibrate(store, 0.5)
    finally:
        gc.unfreeze()
    assert len(most) == 3 * len(PREDICTIONS)  # as they are, as they are again, scaled
    assert max(most) <= 4  # one and its scaled copy, and those before until the loop goes on
