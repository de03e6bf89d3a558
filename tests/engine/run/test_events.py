"""Events as text and as JSON; the time left against a known pace."""

import io
import json
from types import SimpleNamespace

import pytest

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.run import events as module
from xview2_qgis.engine.run.events import HeldProgress, JsonEvents, RemainingTime, TextEvents


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


def test_json_lines_are_complete_objects():
    stream = io.StringIO()
    events = JsonEvents(stream)
    events.progress("infer", 1, 4)
    events.warning("device-fallback", "zwei\nZeilen")
    events.error("no-overlap", "what", "do")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0] == {"event": "progress", "stage": "infer", "done": 1, "total": 4, "eta_s": None}
    assert lines[1]["message"] == "zwei\nZeilen"
    assert lines[2] == {"event": "error", "code": "no-overlap", "message": "what", "hint": "do"}


def test_text_error_is_one_line():
    out, err = io.StringIO(), io.StringIO()
    TextEvents(out, err).error("no-overlap", "the images do not overlap", "check their CRS")
    assert err.getvalue() == "error: the images do not overlap: check their CRS\n"
    assert out.getvalue() == ""


def test_nothing_that_a_terminal_obeys_is_told():
    told = io.StringIO()
    events = TextEvents(told, told)
    hidden = "a\x1b]0;owned\x07\r\nerror: forged\x9b2K"
    events.started(pre=hidden)
    events.warning("code", hidden)
    events.result(output=hidden)
    error = InputError(hidden, hidden, "code")
    events.error(error.code, error.message, error.hint)
    lines = told.getvalue().split("\n")
    assert len(lines) == 5
    assert all(line.isprintable() for line in lines)
    assert "output: a\\x1b]0;owned\\x07" in told.getvalue()


def test_progress_is_held_until_it_is_released_and_the_last_is_told():
    stream = io.StringIO()
    held = HeldProgress(JsonEvents(stream))
    held.progress("objects", 0, 9)
    held.warning("code", "told at once")
    held.progress("objects", 4, 9)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["warning"]
    held.release()
    held.progress("objects", 5, 9)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["done"] for line in lines[1:]] == [4, 5]
