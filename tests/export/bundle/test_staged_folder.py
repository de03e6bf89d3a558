"""A staged folder: complete or not there, and only what writing says is said to be writing."""

import errno
import json
import os
import stat

import pytest

from export.bundle import staged_folder as module
from export.bundle.staged_folder import staged_folder
from xview2_qgis.engine.errors import InputError, RuntimeFailure


def failed(folder, fail):
    """Return what a block that fails with an error ends with."""

    def write():
        with staged_folder(folder) as work:
            (work / "half").write_text("…")
            fail(work)

    with pytest.raises((OSError, RuntimeFailure)) as caught:
        write()
    assert list(folder.parent.glob(".*")) == []
    return caught.value


def raising(error):
    def fail(work):
        raise error

    return fail


def test_complete(tmp_path):
    with staged_folder(tmp_path / "new" / "out") as work:
        (work / "model.json").write_text('{"networks": [{"file": "other"}]}')
        assert not (tmp_path / "new" / "out").exists()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]
    with staged_folder(tmp_path / "new" / "out") as work:
        (work / "other").write_text("")
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == ["other"]


def write_over(folder):
    with staged_folder(folder) as work:
        (work / "new").write_text("")


def old_bundle(folder, manifest):
    folder.mkdir()
    (folder / "a.onnx").write_text("weights")
    (folder / "model.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return folder


NAMES_A = {"networks": [{"file": "a.onnx"}]}


def test_a_bundle_and_nothing_else_is_replaced(tmp_path):
    folder = old_bundle(tmp_path / "out", NAMES_A)
    write_over(folder)
    assert [path.name for path in folder.iterdir()] == ["new"]


@pytest.mark.parametrize("name", ["card.json", "notes.txt", ".hidden", "a.onnx.bak"])
def test_other_files_are_never_removed(name, tmp_path):
    folder = old_bundle(tmp_path / "out", NAMES_A)
    (folder / name).write_text("mine")
    with pytest.raises(InputError, match=f"holds {name}, which is no part of the bundle there: move {name} out"):
        write_over(folder)
    assert (folder / name).read_text() == "mine"
    assert (folder / "a.onnx").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_are_never_removed(tmp_path):
    folder = old_bundle(tmp_path / "out", {"networks": [{"file": "a.onnx"}, {"file": "older"}]})
    (folder / "older").mkdir()
    with pytest.raises(InputError, match="holds older"):
        write_over(folder)


def test_files_that_come_meanwhile_are_not_removed(tmp_path):
    folder = old_bundle(tmp_path / "out", NAMES_A)
    with pytest.raises(InputError, match=r"holds notes\.txt"), staged_folder(folder):
        (folder / "notes.txt").write_text("mine")
    assert (folder / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("manifest", ["{}", "[]", "weights", "[" * 100_000, {"networks": 3}, {"networks": ["a.onnx"]}])
def test_other_files_called_model_json(manifest, tmp_path):
    folder = old_bundle(tmp_path / "out", manifest)
    with pytest.raises(InputError, match="exists and holds no bundle"):
        write_over(folder)
    assert (folder / "a.onnx").exists()


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "free space"), (errno.EDQUOT, "free space"), (errno.EROFS, "choose another --output")],
)
def test_full_disks(number, hint, tmp_path):
    found = failed(tmp_path / "out", raising(OSError(number, os.strerror(number))))
    assert isinstance(found, RuntimeFailure)
    assert str(found).startswith(f"cannot write {tmp_path / 'out'} ({os.strerror(number)}): ")
    assert hint in found.hint


def test_files_of_the_folder_itself(tmp_path):
    found = failed(tmp_path / "out", lambda work: (work / "nowhere" / "a.onnx").write_text(""))
    assert isinstance(found, RuntimeFailure)
    assert "choose another --output" in found.hint


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "pairs/town_pre_disaster.png"),
        PermissionError(errno.EACCES, "Permission denied", "pairs/town_pre_disaster.png"),
        OSError("broken data stream when reading image file"),
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    ],
)
def test_what_is_read_keeps_its_own_words(error, tmp_path):
    assert failed(tmp_path / "out", raising(error)) is error


def test_the_last_step_is_writing(tmp_path, monkeypatch):
    def refuse(work, folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, "_replace", refuse)
    found = failed(tmp_path / "out", lambda work: None)
    assert isinstance(found, RuntimeFailure)
    assert "(Permission denied): check the disk" in str(found)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
@pytest.mark.parametrize("moment", ["while it is written", "between two renames"])
def test_a_killed_process_loses_no_earlier_bundle_and_leaves_nothing_to_the_next_one(tmp_path, monkeypatch, moment):
    folder = old_bundle(tmp_path / "out", NAMES_A)
    child = os.fork()
    if child == 0:
        try:
            with staged_folder(folder) as work:
                (work / "half").write_text("…")
                if moment == "while it is written":
                    os._exit(9)
                monkeypatch.setattr(type(work), "rename", lambda path, to: (os.rename(path, to), os._exit(9)))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert folder.exists() == (moment == "while it is written")
    with pytest.raises(ZeroDivisionError), staged_folder(folder):
        raise ZeroDivisionError
    assert sorted(path.name for path in folder.iterdir()) == ["a.onnx", "model.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_mode_follows_the_umask(tmp_path):
    former = os.umask(0o027)
    try:
        write_over(tmp_path / "out")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def test_two_processes_do_not_write_one_folder(tmp_path):
    with staged_folder(tmp_path / "out"), pytest.raises(InputError, match="another run is writing out"):
        write_over(tmp_path / "out")


def test_errors_of_the_engine_pass(tmp_path):
    with pytest.raises(InputError), staged_folder(tmp_path / "out"):
        raise InputError("a", "b", "c")
    assert list(tmp_path.iterdir()) == []
