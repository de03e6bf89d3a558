"""Models are exchanged whole; whenever the process dies, the former or the new one is there afterwards."""

import os
import shutil
import threading

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import place as model_place
from xview2_qgis.engine.bundle import registry as catalogue
from xview2_qgis.engine.bundle.place import model_working_folder, put_in_place, restore_interrupted
from xview2_qgis.engine.bundle.registry import find_model, install, list_models, remove, verify
from xview2_qgis.engine.errors import ModelError, RuntimeFailure


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    """The folder of installed models of a test of its own."""
    folder = tmp_path / "installed"
    monkeypatch.setenv("XVIEW2_MODELS", str(folder))
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(catalogue, "embedded_folder", lambda: tmp_path / "embedded")
    return folder


def dies(work, name, count):
    """Do something in a process that ends, without any tidying up, at the n-th call of a function."""
    process = os.fork()
    if process == 0:
        real, calls = getattr(os, name), []

        def call(*arguments, **options):
            calls.append(1)
            if len(calls) == count:
                os._exit(9)
            return real(*arguments, **options)

        setattr(os, name, call)
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no way to die here")
@pytest.mark.parametrize(("name", "count"), [("rename", 1), ("rename", 2), ("mkdir", 4), ("unlink", 1), ("rmdir", 1)])
def test_a_process_that_dies_takes_no_model_with_it(tmp_path, models, name, count):
    install(str(write_tiny_bundle(tmp_path / "one", 64, 8)))
    new = str(write_tiny_bundle(tmp_path / "two", 128, 8))
    assert dies(lambda: install(new), name, count)
    assert verify("tiny").tile_size == (64 if name in ("rename", "mkdir") else 128)
    assert [entry.name for entry in list_models()] == ["tiny"]
    assert [path.name for path in models.iterdir() if path.name != ".exchange"] == ["tiny"]
    install(new)
    assert verify("tiny").tile_size == 128
    assert [path.name for path in models.iterdir()] == ["tiny"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no way to die here")
def test_what_was_being_removed_does_not_come_back(tmp_path, models):
    install(str(write_tiny_bundle(tmp_path / "one", 64, 8)))
    assert dies(lambda: remove("tiny"), "rmdir", 1)
    with pytest.raises(ModelError):
        find_model("tiny")
    assert [path.name for path in models.iterdir()] == []


def test_a_folder_in_use_is_left_alone(models):
    models.mkdir()
    with model_working_folder(models) as work:
        (work / "former" / "busy").mkdir(parents=True)
        restore_interrupted(models)
        assert (work / "former" / "busy").is_dir()
        with model_working_folder(models) as second:
            assert second != work
        assert work.is_dir()
    assert list(models.iterdir()) == []


def test_a_name_that_is_taken_again_is_kept(models, tmp_path):
    """A model that was installed after the process had died is newer than the one that was put aside."""
    write_tiny_bundle(models / "tiny", 128, 8)
    left = models / ".installing-left"
    write_tiny_bundle(left / "former" / "tiny", 64, 8)
    (left / ".in-use").touch()
    assert verify("tiny").tile_size == 128
    assert not left.exists()


def test_a_place_that_cannot_be_taken_keeps_the_former_model(models, tmp_path, monkeypatch):
    former = write_tiny_bundle(models / "tiny", 64, 8)
    with model_working_folder(models) as work:
        with pytest.raises(OSError, match="nowhere"):
            put_in_place(work / "nowhere", former, work)
        assert former.is_dir()
    assert verify("tiny").tile_size == 64


def test_two_processes_exchange_one_after_the_other(models, tmp_path, monkeypatch):
    monkeypatch.setattr(model_place, "_PATIENCE_S", 0.05)
    source = str(write_tiny_bundle(tmp_path / "one", 64, 8))
    models.mkdir()
    inside, done = threading.Event(), threading.Event()

    def hold():
        with model_place._exchanging(models):
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    with pytest.raises(RuntimeFailure, match="another process is exchanging models"):
        install(source)
    done.set()
    thread.join()
    assert install(source).name == "tiny"


def test_a_folder_that_cannot_be_read_or_written(models):
    restore_interrupted(models / "missing")
    models.write_text("")
    restore_interrupted(models)
    assert list_models() == []
    shutil.rmtree(models, ignore_errors=True)
