"""The folder of an unfinished run is this user's own and no other run's."""

from __future__ import annotations

import os
import time

import pytest

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.journal.unfinished_folder import UnfinishedFolder
from xview2_qgis.engine.staging.working_folder import NOTE
from xview2_qgis.protocol.journal.unfinished_run import record_name


def test_it_is_private_and_made_anew(tmp_path):
    folder = UnfinishedFolder(tmp_path / "d.gpkg")
    folder.make()
    assert folder.rows == 0
    (folder.path / record_name(0)).write_text("{}")
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
@pytest.mark.parametrize("what", ["link", "file", "open folder"])
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
