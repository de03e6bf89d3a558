"""What a watched assessment tells."""

import json
import subprocess
import sys

import pytest

from benchmarks.measurement import Measurement
from benchmarks.performance.processes.observation import Disk, Observation
from tests.checkout import ROOT


def observed(runs=((1.0, 2.0),), threads=None):
    return Observation(Measurement(9.0, 1.0, ""), threads or {}, runs, Disk())


@pytest.mark.parametrize(
    ("runs", "seconds"),
    [
        ([(1, 2)], 1),
        ([(1, 2), (3, 5)], 3),
        ([(1, 4), (2, 3)], 3),  # one inside the other
        ([(2, 5), (1, 3)], 4),  # overlapping, in another order
    ],
)
def test_time_in_which_a_network_ran_is_counted_once(runs, seconds):
    seen = observed(tuple(runs))
    assert seen.network_seconds == pytest.approx(seconds)
    assert seen.first_run == 1


def test_threads_add_up_to_stages():
    threads = {"tile-reader": 1.0, "network": 5.0, "network-2": 2.0, "building-writer": 0.5, "somebody": 0.25}
    assert observed(threads=threads).stages() == {
        "networks": 7.0,
        "reading, grid, pre-processing": 1.0,
        "buildings and results": 0.5,
        "somebody": 0.25,
    }


def test_a_watched_command_is_the_command(tmp_path):
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.performance.processes.observed", str(report), "models", "list"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "compact" in done.stdout
    said = json.loads(report.read_text())
    assert said["runs"] == []
    # a process spends what its threads spend; the watcher's share is left out
    assert 0 < sum(said["threads"].values()) <= said["cpu"] + 0.05
