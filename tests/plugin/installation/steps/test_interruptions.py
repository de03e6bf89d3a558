"""Installations that are killed, or that find no room: one more run goes on, and an engine that works is kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.plugin.conftest import ROOT
from tests.plugin.installation.small_index import sha256
from xview2_qgis.engine_process.environment import interpreter_in
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.state import EngineState, state_of


@pytest.fixture
def install(index, tmp_path):
    """Run an installation in a process of its own; return its lines."""

    def install(*options):
        command = [sys.executable, "-m", "tests.plugin.installation.small_index", str(index.folder)]
        command += [str(tmp_path / "pro file" / "engine"), *options]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout.splitlines()

    return install


@pytest.fixture
def places(tmp_path):
    return InstallationPlaces(tmp_path / "pro file" / "engine")


def running_below(folder):
    """Return the command lines of processes that name a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and str(os.getpid()) != process.parent.name:
            found.append(line)
    return found


def nothing_runs(folder):
    limit = time.monotonic() + 20
    while running_below(folder):
        assert time.monotonic() < limit, running_below(folder)
        time.sleep(0.05)
    return True


# the one goes on with what it has, the other makes the environment anew
@pytest.mark.parametrize("point", ["Package 2 of 3", "Unpacking"])
def test_killed_and_run_again(install, places, index, point):
    code, _ = install("--kill-at", point)
    assert code == -9
    assert nothing_runs(places.engine)
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE
    code, again = install()
    assert code == 0, again
    assert state_of(places, index.locks).state is EngineState.READY
    assert sorted(path.name for path in places.engine.parent.iterdir()) == ["engine", "engine.lock"]
    done = subprocess.run([interpreter_in(places.engine), "-c", "import small, other"], check=False)
    assert done.returncode == 0
    if point == "Package 2 of 3":
        assert "An earlier installation goes on." in again
        assert not any("small-1" in line for line in again if "Downloading" in line)


def test_a_full_disk_is_said_in_a_line(install, places, index):
    # the largest wheel does not fit: it has 100 kB of one letter, which take room when they are unpacked
    code, lines = install("--largest-file", "60000")
    assert code == 1
    assert lines[-1].startswith("error: The disk is full. | Free space")
    assert not places.engine.exists()
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE


def test_an_update_that_fails_leaves_the_engine_that_works(install, places, index):
    assert install()[0] == 0
    before = (places.engine / "xview2-installation.json").read_text()
    lock = index.locks / "cpu.txt"
    good = lock.read_text()
    lock.write_text(good.replace(sha256(index.wheels["other"]), "1" * 64))
    assert state_of(places, index.locks).state is EngineState.OUTDATED
    code, lines = install()
    assert code == 1
    assert lines[-1].startswith("error: A package is not the file that the plugin expects")
    assert (places.engine / "xview2-installation.json").read_text() == before
