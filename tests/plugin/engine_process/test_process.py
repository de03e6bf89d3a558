from __future__ import annotations

import json
import os
import tempfile

import pytest

from xview2_qgis.engine_process.environment import START, EngineEnvironment, find_engine
from xview2_qgis.engine_process.outcome import Failure
from xview2_qgis.engine_process.process import KEPT_LINES, EngineProcess
from xview2_qgis.protocol.events import Noise, Progress, Result, Stopped, Warned


@pytest.fixture
def run(fake_engine, tmp_path):
    """Run the fake engine to its end without an event loop, as Processing does; returns outcome and events."""

    def run(behaviour, is_cancelled=lambda: False, **options):
        fake_engine(behaviour)
        process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"], **options)
        events = []
        process.reported.connect(events.append)
        process.start()
        return process.wait(is_cancelled), events

    return run


def test_good_run(run, tmp_path):
    outcome, events = run("good")
    assert outcome.result.output == str(tmp_path / "out.gpkg")
    assert outcome.result.counts == {"no-damage": 1, "destroyed": 1}
    assert outcome.failure is None
    assert not outcome.cancelled
    assert [event.done for event in events if isinstance(event, Progress) and event.stage == "infer"] == [0, 1, 2, 3, 4]
    assert Warned("one-class", "the post-event image is dark") in events
    assert isinstance(events[-1], Result)


def test_error_of_the_engine(run):
    outcome, _ = run("error")
    assert outcome.result is None
    assert not outcome.cancelled
    assert outcome.failure.message == "the images do not overlap"
    assert outcome.failure.hint == "choose images of the same place"
    assert outcome.failure.code == "no-overlap"


def test_crash_shows_the_last_words(run):
    outcome, _ = run("crash")
    assert outcome.failure.code == "crash"
    assert "about to fall over" in outcome.failure.details
    assert "crashed" in outcome.failure.message


def test_traceback_is_kept_for_the_details(run):
    outcome, _ = run("traceback")
    assert "RuntimeError: a bug" in outcome.failure.details
    assert "RuntimeError" not in outcome.failure.message + outcome.failure.hint


def test_crash_after_the_result_is_a_result(run):
    outcome, _ = run("late-crash")
    assert outcome.result is not None
    assert outcome.failure is None


def test_garbage_is_tolerated(run):
    outcome, events = run("garbage")
    assert outcome.result is not None
    assert len([event for event in events if isinstance(event, Noise)]) == 4


def test_much_standard_error_neither_blocks_nor_grows(run, fake_engine):
    outcome, _ = run("noisy")
    assert outcome.result is not None


def test_kept_lines(run, fake_engine):
    outcome, _ = run("crash")
    assert len(outcome.failure.details.splitlines()) <= KEPT_LINES


def test_closed_standard_output(run):
    outcome, _ = run("mute")
    assert "exit code 5" in outcome.failure.message


def test_cancel(run):
    calls = []
    outcome, events = run("slow", lambda: len(calls) > 3 or calls.append(1))
    assert outcome.cancelled
    assert any(isinstance(event, Progress) for event in events)


def test_an_engine_that_does_not_listen_is_killed(run):
    outcome, _ = run("deaf", lambda: True, terminate_after_s=0.2, kill_after_s=0.5)
    assert outcome.cancelled


def test_interpreter_that_cannot_start(qgis_app, tmp_path):
    for name, content in (("missing", None), ("no_program", "this is text\n")):
        path = tmp_path / name
        if content:
            path.write_text(content)
        process = EngineProcess(EngineEnvironment(str(path)), ["assess"])
        outcomes = []
        process.finished.connect(outcomes.append)
        process.start()
        outcome = process.wait(lambda: False)
        assert outcome.failure.code == "start"
        assert str(path) in outcome.failure.message
        assert outcomes == [outcome]


def test_interpreter_without_packages(qgis_app, tmp_path):
    # the system's Python runs the real package, which it cannot import
    command = ["assess", "--pre=a.tif", "--post=b.tif", f"--output={tmp_path / 'out.gpkg'}", "--events=json"]
    process = EngineProcess(EngineEnvironment("/usr/bin/python3"), command)
    process.start()
    outcome = process.wait(lambda: False)
    assert outcome.failure.code == "engine-packages"
    assert "No module named" in outcome.failure.message
    assert "Install…" in outcome.failure.hint


def test_with_an_event_loop(qgis_app, fake_engine, tmp_path, wait_until):
    fake_engine("slow")
    process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"])
    outcomes, events = [], []
    process.finished.connect(outcomes.append)
    process.reported.connect(events.append)
    process.start()
    wait_until(lambda: len(events) > 4)
    process.cancel()
    process.cancel()
    wait_until(lambda: outcomes)
    assert [outcome.cancelled for outcome in outcomes] == [True]
    assert not process.running


def test_stop_lets_the_engine_tidy_up(qgis_app, fake_engine, tmp_path, wait_until):
    fake_engine("slow")
    process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"])
    events = []
    process.reported.connect(events.append)
    process.start()
    wait_until(lambda: events)
    process.stop()
    assert not process.running
    assert Stopped() in events
    assert process.outcome.cancelled


def test_stop_does_not_wait_for_ever(qgis_app, fake_engine, tmp_path, wait_until):
    fake_engine("deaf")
    process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"])
    events = []
    process.reported.connect(events.append)
    process.start()
    wait_until(lambda: events)
    process.stop(grace_s=0.2)
    assert not process.running
    assert process.outcome.cancelled


def test_stop_before_and_after_the_run(qgis_app, fake_engine, tmp_path):
    process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"])
    process.stop()
    assert not process.running
    process = EngineProcess(find_engine(), ["assess", f"--output={tmp_path / 'out.gpkg'}"])
    process.start()
    outcome = process.wait(lambda: False)
    process.stop()
    assert process.outcome is outcome
    assert outcome.result is not None


def test_what_the_child_is_given(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    monkeypatch.setenv("PROJ_LIB", "/somewhere")
    run("good")
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["arguments"][:7] == ["-E", "-s", "-X", "utf8", "-u", START, "assess"]
    assert record["directory"] == os.path.realpath(tempfile.gettempdir())
    assert "PYTHONPATH" not in record["environment"]
    assert "PROJ_LIB" not in record["environment"]


def test_a_message_begins_with_a_capital_letter_but_a_file_keeps_its_name():
    assert (
        Failure("the images do not overlap", "choose others", "", "x").text
        == "The images do not overlap: choose others."
    )
    assert Failure("pre.tif has no CRS", "assign one", "", "x").text == "pre.tif has no CRS: assign one."
