"""What killed runs leave goes; what a living run writes stays."""

import os
import time

import pytest

from xview2_qgis.engine.staging.stale_files import remove_stale_files
from xview2_qgis.engine.staging.working_folder import NOTE, WorkingFolder


def make(path, age_s, *, folder=False):
    if folder:
        path.mkdir()
        make(path / "probabilities.tif", age_s)
    else:
        path.write_text("x")
    moment = time.time() - age_s
    os.utime(path, (moment, moment))


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
    remove_stale_files([tmp_path / "town.gpkg", tmp_path / "missing" / "town.tif"], locked=True)
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
    remove_stale_files([tmp_path / "town.gpkg"], locked=locked)
    assert folder.exists() == stays


def test_a_folder_with_the_only_copy_of_a_result_stays(tmp_path):
    folder = WorkingFolder(tmp_path / "town.gpkg")
    with folder:
        folder.keep()
        remove_stale_files([tmp_path / "town.gpkg"], locked=True)
        assert folder.path.exists()


def test_a_link_in_place_of_a_stale_folder_is_not_followed(tmp_path):
    precious = tmp_path / "precious"
    make(precious, 90000, folder=True)
    link = tmp_path / ".town.gpkg.work-abcdefgh"
    link.symlink_to(precious)
    os.utime(link, (1000, 1000), follow_symlinks=False)
    remove_stale_files([tmp_path / "town.gpkg"], locked=True)
    assert names(tmp_path) == {"precious"}
    assert names(precious) == {"probabilities.tif"}


@pytest.mark.parametrize(("age_s", "stays"), [(20 * 3600, True), (25 * 3600, False)])
def test_files_of_versions_without_locks_go_after_a_day(tmp_path, age_s, stays):
    paths = [tmp_path / name for name in (".a.work-1-abcdefgh", ".a.part-1.html", "..a.part-1.tif.tmp")]
    for path in paths:
        path.write_text("x")
        os.utime(path, (time.time() - age_s,) * 2)
    (tmp_path / ".a.bparts-1").write_text("mine")
    remove_stale_files([tmp_path / "a.gpkg"], locked=True)
    assert all(path.exists() is stays for path in paths)
    assert (tmp_path / ".a.bparts-1").exists()
