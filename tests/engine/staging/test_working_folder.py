"""A working folder is private, goes with its block, and is told from one that was put in its place."""

import shutil
import stat

import pytest

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.staging.working_folder import NOTE, WorkingFolder, made_on_this_machine


def test_it_is_private_and_goes_after_an_error(tmp_path):
    def fail():
        with WorkingFolder(tmp_path / "damage.gpkg") as folder:
            assert folder.path.parent == tmp_path
            assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
            assert made_on_this_machine(folder.path)
            (folder.path / "file").write_text("x")
            folder.check()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_where_no_more_files_may_be_open(tmp_path, monkeypatch):
    """Then no folder can be looked into."""
    with WorkingFolder(tmp_path / "damage.gpkg"):
        monkeypatch.setattr(shutil, "rmtree", lambda *_, ignore_errors: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", ["gone", "link", "copy of another run", "empty"])
def test_another_folder_in_its_place_is_told(tmp_path, way):
    victim = tmp_path / "victim"
    victim.mkdir()
    with WorkingFolder(tmp_path / "a.gpkg") as folder, WorkingFolder(tmp_path / "a.gpkg") as other:
        shutil.copy(folder.path / NOTE, victim)  # nobody else can read it; even then a link is none
        folder.path.rename(tmp_path / "moved")
        if way == "link":
            folder.path.symlink_to(victim)
        elif way == "empty":
            folder.path.mkdir()
        elif way != "gone":
            shutil.copytree(other.path, folder.path)
        with pytest.raises(RuntimeFailure, match="moved or removed") as caught:
            folder.check()
        assert caught.value.code == "working-folder"
    assert {path.name for path in victim.iterdir()} == {NOTE}


def test_no_folder_to_lie_in(tmp_path):
    with pytest.raises(InputError) as caught:
        WorkingFolder(tmp_path / "missing" / "a.gpkg").__enter__()
    assert caught.value.code == "output-folder"


def test_a_full_disk(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(RuntimeFailure, match="free space") as caught:
        WorkingFolder(tmp_path / "a.gpkg").__enter__()
    assert caught.value.code == "working-folder"


@pytest.mark.parametrize("note", [None, "", "x\nanother machine\n", b"\xff\xfe"])
def test_notes_of_others(tmp_path, note):
    if isinstance(note, bytes):
        (tmp_path / NOTE).write_bytes(note)
    elif note is not None:
        (tmp_path / NOTE).write_text(note)
    assert not made_on_this_machine(tmp_path)
