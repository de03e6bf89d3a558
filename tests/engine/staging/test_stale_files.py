"""What killed runs leave goes; what a living run writes stays."""

import os
import subprocess
import sys
import time

import pytest

from xview2_qgis.engine.staging.stale_files import remove_leftovers
from xview2_qgis.engine.staging.working_folder import NOTE, WorkingFolder


def make(path, age_s, *, folder=False):
    if folder:
        path.mkdir()
        make(path / "probabilities.tif", age_s)
    else:
        path.write_text("x")
    moment = time.time() - age_s
    os.utime(path, (moment, moment))


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


@pytest.fixture(scope="module")
def alive():
    """The number of another process that goes on."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield other.pid
    other.kill()
    other.wait()


def left_folder(output, age_s=0.0, note=None):
    """A working folder whose run was killed."""
    folder = WorkingFolder(output)
    folder.__enter__()
    if note is not None:
        (folder.path / NOTE).write_text(note)
    (folder.path / "probabilities.tif").write_text("x")
    moment = time.time() - age_s
    for path in (folder.path / NOTE, folder.path / "probabilities.tif", folder.path):
        os.utime(path, (moment, moment))
    return folder.path


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_killed_run_of_this_machine_leaves_nothing_to_the_next_one(tmp_path):
    left_folder(tmp_path / "town.gpkg")
    other = left_folder(tmp_path / "town.gpkg.work-1.gpkg"), left_folder(tmp_path / "town.tif")
    remove_leftovers([tmp_path / "town.gpkg", tmp_path / "missing" / "town.tif"], locked=True)
    assert names(tmp_path) == {path.name for path in other}


@pytest.mark.parametrize(
    ("locked", "age_s", "note", "stays"),
    [
        (True, 0, "token\nanother machine\n", True),
        (True, 3000, "token\nanother machine\n", True),
        (True, 4000, "token\nanother machine\n", False),
        (True, -4000, "token\nanother machine\n", True),  # its clock is ahead
        (True, 4000, "", False),
        (False, 0, None, True),  # where nothing can be locked, a run of this machine may be alive
        (False, 20 * 3600, None, True),
        (False, 25 * 3600, None, False),
    ],
)
def test_what_may_be_written_elsewhere_stays_until_it_rests(tmp_path, locked, age_s, note, stays):
    folder = left_folder(tmp_path / "town.gpkg", age_s, note)
    remove_leftovers([tmp_path / "town.gpkg"], locked=locked)
    assert folder.exists() == stays


def test_a_folder_with_the_only_copy_of_a_result_stays(tmp_path):
    folder = WorkingFolder(tmp_path / "town.gpkg")
    with folder:
        folder.keep()
        remove_leftovers([tmp_path / "town.gpkg"], locked=True)
        assert folder.path.exists()


def test_a_link_in_place_of_a_leftover_is_not_followed(tmp_path):
    precious = tmp_path / "precious"
    make(precious, 90000, folder=True)
    link = tmp_path / ".town.gpkg.work-abcdefgh"
    link.symlink_to(precious)
    os.utime(link, (1000, 1000), follow_symlinks=False)
    remove_leftovers([tmp_path / "town.gpkg"], locked=True)
    assert names(tmp_path) == {"precious"}
    assert names(precious) == {"probabilities.tif"}


def test_of_older_versions_only_old_files_of_dead_processes_go(tmp_path, dead, alive):
    mine = os.getpid()  # as in containers, where every run has the same number
    for name in (
        f".town.part-{dead}.gpkg",
        f".town.part-{mine}.gpkg",
        f".town.part-{dead}.gpkg-journal",
        f"..town.part-{dead}.plain.part-{dead}.tif",
    ):
        make(tmp_path / name, 9000)
    for process in (dead, mine):
        make(tmp_path / f".town.work-{process}-ab12", 9000, folder=True)
    make(tmp_path / ".town.work-20260101120000", 9000)  # no process has such a number
    kept = [f".town.part-{alive}.gpkg", f".other.part-{dead}.gpkg", ".town.part-x.gpkg", "town.gpkg", ".town-notes.txt"]
    for name in kept:
        make(tmp_path / name, 9000)
    remove_leftovers([tmp_path / "town.gpkg"], locked=True)
    assert names(tmp_path) == set(kept)


@pytest.mark.parametrize("process", ["dead", "mine"])
def test_a_run_of_an_older_version_elsewhere_is_left_alone_while_any_of_its_files_grows(tmp_path, dead, process):
    number = dead if process == "dead" else os.getpid()
    make(tmp_path / f".town.part-{number}.gpkg", 9000)  # is opened every thousand buildings only
    make(tmp_path / f".town.work-{number}-cd34", 9000, folder=True)
    (tmp_path / f".town.work-{number}-cd34" / "probabilities.tif").write_text("written just now")
    before = names(tmp_path)
    remove_leftovers([tmp_path / "town.gpkg"], locked=True)
    assert names(tmp_path) == before
