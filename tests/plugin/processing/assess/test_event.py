"""Event and imagery of an algorithm: a file for the engine."""

from __future__ import annotations


def test_event_and_imagery_are_passed_on(run_assess, tmp_path):
    arguments = run_assess(EVENT=str(tmp_path / "event.yaml"))[2]["arguments"]
    assert f"--event={tmp_path / 'event.yaml'}" in arguments
    assert not any(word.startswith("--event=") for word in run_assess()[2]["arguments"])
