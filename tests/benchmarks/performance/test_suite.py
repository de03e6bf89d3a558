"""The suite as it runs its parts."""

import subprocess
import sys

import pytest

from benchmarks.performance.machine import Machine
from benchmarks.performance.record import read_record
from benchmarks.performance.settings import Settings
from benchmarks.performance.suite import PARTS, Suite
from tests.checkout import ROOT

from .records import LOST, WALL, record


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path, quick=True)


def test_parts_have_names_of_their_own_and_fit_their_run():
    assert len({part.name for part in PARTS}) == len(PARTS)
    assert all(part.minutes > 0 for part in PARTS)


def test_a_part_that_cannot_be_measured_says_why(settings, tmp_path):
    done = Suite(settings, tmp_path / "record.json", 5).measure(["deepness"])
    assert read_record(tmp_path / "record.json") == done
    part = done.parts["deepness"]
    assert part.state == "skipped"
    assert part.reason.startswith("Deepness is no Python package")


def test_a_part_that_fails_leaves_the_others(settings, tmp_path):
    broken = Settings(tmp_path, model="no-such-model", quick=True)
    done = Suite(broken, tmp_path / "record.json", 5).measure(["empty", "deepness"])
    assert done.parts["empty"].state == "failed"
    assert "no-such-model" in done.parts["empty"].reason
    assert str(tmp_path) not in done.parts["empty"].reason
    assert done.parts["deepness"].state == "skipped"


def test_parts_that_were_not_asked_for_stay_and_keep_their_order(settings, tmp_path):
    path = tmp_path / "record.json"
    earlier = record(LOST, WALL)
    type(earlier)(Machine.here(), earlier.parts).write(path)
    done = Suite(settings, path, 5).measure(["deepness"])
    assert list(done.parts) == ["wall", "memory", "deepness"]
    assert done.parts["wall"] == WALL


def test_figures_of_another_machine_are_not_mixed_in(settings, tmp_path):
    path = tmp_path / "record.json"
    record(WALL).write(path)
    assert list(Suite(settings, path, 5).measure(["deepness"]).parts) == ["deepness"]


def test_a_run_ends_in_time(settings, tmp_path):
    part = Suite(settings, tmp_path / "record.json", 0).measure(["wall"]).parts["wall"]
    assert part.state == "failed"
    assert part.reason == "the 0 minutes of the run were over"
    part = Suite(settings, tmp_path / "record.json", 0.001).measure(["wall"]).parts["wall"]
    assert "it took longer than" in part.reason


@pytest.mark.parametrize("arguments", [["--only", "colour"], ["--real", "."]])
def test_wrong_arguments_are_refused_at_once(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 2
    assert "error: " in done.stderr
