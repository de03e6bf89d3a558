"""The folder of an unfinished run is this user's own and no other run's."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.journal import unfinished_folder
from xview2_qgis.engine.journal.unfinished_folder import UnfinishedFolder
from xview2_qgis.engine.staging.working_folder import NOTE
from xview2_qgis.protocol.journal.unfinished_run import JOURNAL, record_name


def test_it_is_private_and_made_anew(tmp_path):
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    folder.make()
    assert folder.rows == 0
    (folder.path / record_name(0)).write_text("{}")
    assert folder.rows == 0
    (folder.path / JOURNAL).write_text("{}")
    assert folder.rows == 1
    folder.check()
    if os.name != "nt":
        assert folder.path.stat().st_mode & 0o777 == 0o700
    later = UnfinishedFolder(tmp_path / "d.gpkg")
    later.make()
    assert later.rows == 0
    with pytest.raises(RuntimeFailure) as caught:  # the earlier one has lost it
        folder.check()
    assert caught.value.code == "working-folder"
    later.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("what", ["link", "file", "open folder", "signed open folder"])
@pytest.mark.parametrize("way", ["make", "take_over"])
def test_what_others_laid_there_is_left_alone(tmp_path, what, way):
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    target = tmp_path / "target"
    target.mkdir()
    (target / "precious").write_text("x")
    if what == "link":
        folder.path.symlink_to(target)
    elif what == "file":
        folder.path.write_text("x")
    else:
        folder.path.mkdir()
        folder.path.chmod(0o777)
        if what == "signed open folder":
            (folder.path / NOTE).write_text("x")
    with pytest.raises(InputError) as caught:
        getattr(folder, way)()
    assert caught.value.code == "output-folder"
    folder.remove()
    assert (target / "precious").exists()


@pytest.mark.parametrize(
    ("system", "name", "locked", "ago_s", "refused"),
    [
        ("mine", "mine", True, 0, False),
        ("other", "mine", True, 0, False),  # this machine was started again
        ("other", "other", True, 0, True),  # another one, whose lock may not be seen
        ("other", "other", True, 4000, False),
        ("mine", "mine", False, 0, True),  # no locks here
        ("mine", "mine", False, 4000, False),
    ],
)
def test_a_run_of_another_machine_may_be_at_work(tmp_path, system, name, locked, ago_s, refused):
    UnfinishedFolder(tmp_path / "d.gpkg").make()
    folder = UnfinishedFolder(tmp_path / "d.gpkg", locked=locked)
    lines = (folder.path / NOTE).read_text().split("\n")
    lines[1:3] = [old if new == "mine" else "another" for old, new in zip(lines[1:3], (system, name), strict=True)]
    (folder.path / NOTE).write_text("\n".join(lines))
    then = time.time() - ago_s
    for path in (folder.path / NOTE, folder.path):
        os.utime(path, (then, then))
    if refused:
        with pytest.raises(InputError) as caught:
            folder.take_over()
        assert caught.value.code == "output-locked"
    else:
        folder.take_over()
        folder.check()


def test_on_a_disk_that_keeps_no_modes_it_is_this_runs_by_its_note(tmp_path, open_disk):
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    assert folder.lasting
    folder.make()
    assert not folder.lasting
    folder.check()
    (folder.path / "row").write_text("x")
    (folder.path / NOTE).rename(tmp_path / NOTE)
    (folder.path / NOTE).write_text("of another run")
    with pytest.raises(RuntimeFailure):
        folder.check()
    folder.remove()
    assert (folder.path / "row").exists()
    (tmp_path / NOTE).replace(folder.path / NOTE)
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_on_a_disk_that_keeps_no_modes_what_a_killed_run_left_makes_room(tmp_path, open_disk):
    killed = UnfinishedFolder(tmp_path / "d.gpkg")
    killed.make()
    (killed.path / JOURNAL).write_text("{}")
    (killed.path / record_name(0)).write_text("{}")
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    assert folder.rows == 0  # anybody may have put it there
    folder.make()
    assert [path.name for path in folder.path.iterdir()] == [NOTE]
    assert list(tmp_path.iterdir()) == [folder.path]


def test_its_name_is_on_the_disk_when_it_is_made_and_signed(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(
        unfinished_folder, "sync_folder", lambda path: synced.append((path, (folder.path / NOTE).exists()))
    )
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    folder.make()
    assert synced == [(tmp_path, True)]
    assert [path.name for path in folder.path.iterdir()] == [NOTE]


@pytest.mark.parametrize("way", ["make", "remove"])
def test_half_removed_it_is_no_unfinished_run(tmp_path, monkeypatch, way):
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    folder.make()
    for name in (JOURNAL, record_name(0)):
        (folder.path / name).write_text("{}")
    assert folder.rows == 1

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt):
        getattr(folder, way)()
    assert folder.path.exists()
    assert folder.rows == 0
