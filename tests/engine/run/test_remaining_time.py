"""The time left against a known pace."""

from types import SimpleNamespace

import pytest

from xview2_qgis.engine.run import remaining_time as module
from xview2_qgis.engine.run.remaining_time import RemainingTime


@pytest.fixture
def clock(monkeypatch):
    """The time, which goes on by hand."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(module.time, "monotonic", lambda: clock.now)
    return clock


def test_time_left_follows_the_pace_after_the_first_step(clock):
    remaining = RemainingTime()
    assert remaining.estimate("infer", 0, 10) is None
    clock.now += 30.0  # a slow first step
    assert remaining.estimate("infer", 1, 10) is None
    clock.now += 4.0
    assert remaining.estimate("infer", 3, 10) == pytest.approx(14.0)
    assert remaining.estimate("write", 0, 1) is None


def test_time_left_forgets_a_slow_beginning(clock):
    remaining = RemainingTime()
    for step in range(1, 41):
        clock.now += 10.0 if step < 20 else 1.0
        left = remaining.estimate("infer", step, 100)
    assert left == pytest.approx(60.0)


def test_time_left_of_a_stage_that_begins_anew(clock):
    remaining = RemainingTime()
    for step in (1, 2, 3):
        clock.now += 10.0
        remaining.estimate("infer", step, 4)
    assert remaining.estimate("infer", 1, 4) is None
    clock.now += 4.0
    assert remaining.estimate("infer", 3, 4) == pytest.approx(2.0)


def test_two_networks_at_work_end_together(clock):
    remaining = RemainingTime()
    for done, pause in ((1, 9.0), (2, 0.1)):
        clock.now += pause
        assert remaining.estimate("infer", done, 10) is None
    clock.now += 5.9
    assert remaining.estimate("infer", 3, 10) == pytest.approx(21.0)
