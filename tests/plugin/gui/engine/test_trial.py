"""Test and diagnostics ask the engine's doctor."""

from __future__ import annotations

import pytest

from xview2_qgis.engine_process.environment import choose_engine
from xview2_qgis.gui.engine.trial import EngineTrial, runs_on


@pytest.fixture
def trial(qgis_app):
    trial = EngineTrial()
    trial.heard = []
    for name in ("passed", "failed", "diagnosed", "answered"):
        getattr(trial, name).connect(lambda text, name=name: trial.heard.append((name, text)))
    yield trial
    trial.stop()


def test_an_engine_that_works(trial, environment, wait_until):
    choose_engine(str(environment().python))
    trial.test()
    wait_until(lambda: len(trial.heard) == 2)
    assert trial.heard[1] == ("passed", "The engine works. It runs on: CPU.")
    assert "cuda is not available" in trial.heard[0][1]


def test_an_engine_that_does_not_work(trial, environment, wait_until):
    choose_engine(str(environment(doctor=5).python))
    trial.test()
    wait_until(lambda: len(trial.heard) == 2)
    assert [name for name, _ in trial.heard] == ["answered", "failed"]
    assert "MISSING" in trial.heard[0][1]


def test_no_engine(trial):
    trial.test()
    [(name, text)] = trial.heard
    assert name == "failed"
    assert "not installed" in text


def test_diagnostics_with_and_without_an_engine(trial, environment, wait_until):
    trial.diagnose()
    assert trial.heard[-1][0] == "diagnosed"
    without = trial.heard[-1][1]
    trial.heard.clear()
    choose_engine(str(environment().python))
    trial.diagnose()
    assert trial.busy
    wait_until(lambda: trial.heard)
    [(name, text)] = trial.heard
    assert name == "diagnosed"
    assert "cpu: runs (CPUExecutionProvider, fp32)" in text
    assert "cpu: runs" not in without


def test_devices_in_the_words_of_doctor():
    said = "cpu: runs (CPUExecutionProvider, fp32)\ncuda: runs (CUDAExecutionProvider, fp32)\ntensorrt: device is not"
    assert runs_on(said) == ["CPU", "NVIDIA CUDA"]
