"""Sights on disk: what comes back, what is chosen with them, and how many are in memory at once."""

import gc
import weakref

import numpy as np
import pytest

from tests.training.evaluation.test_decision_search import draw
from training.evaluation.decision_search import Sight, calibrate
from training.evaluation.sight_store import SightStore

SIGHTS = [draw(seed, swing=0.7) for seed in range(10, 18)]


@pytest.fixture
def store():
    with SightStore() as kept:
        kept.extend(iter(SIGHTS))
        yield kept


def test_what_comes_back(store):
    assert len(store) == len(SIGHTS)
    for kept, sight in zip(store, SIGHTS, strict=True):
        for name in ("building", "damage", "truth"):
            np.testing.assert_array_equal(getattr(kept, name), getattr(sight, name))
            assert getattr(kept, name).dtype == np.uint8
    assert len(store[2:5]) == 3
    np.testing.assert_array_equal(store[-1].truth, SIGHTS[-1].truth)
    with pytest.raises(IndexError):
        store[len(SIGHTS)]


def test_calibration_is_that_of_sights_in_memory(store):
    assert calibrate(store, 0.5).as_dict() == calibrate(SIGHTS, 0.5).as_dict()


def test_the_files_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with SightStore() as kept:
        kept.extend(SIGHTS[:2])
        files = [p for p in tmp_path.rglob("*") if p.is_file()]
        # six bytes a pixel and the header of the file
        assert [p.stat().st_size for p in files] == [6 * SIGHTS[0].truth.size + 128] * 2
    assert not list(tmp_path.iterdir())


def test_one_sight_is_in_memory_at_a_time(store, monkeypatch):
    living, most = weakref.WeakSet(), []
    made = Sight.__init__

    class Counted:
        """What a dataclass does not allow: to be told apart by identity in a weak set."""

    def init(self, *arguments, **named):
        made(self, *arguments, **named)
        token = Counted()
        object.__setattr__(self, "token", token)
        living.add(token)
        gc.collect()
        most.append(len(living))

    monkeypatch.setattr(Sight, "__init__", init)
    calibrate(store, 0.5)
    assert len(most) == 3 * len(SIGHTS)  # as they are, as they are again, scaled
    assert max(most) <= 4  # one and its scaled copy, and those before until the loop goes on
