"""Working folders of processes that died are told from those in use."""

import os
import subprocess
import sys

import pytest

from xview2_qgis.engine.staging.held_folder import dead_folder, held_folder


def is_dead(folder):
    with dead_folder(folder) as dead:
        return dead


def keep(folder):
    with dead_folder(folder) as dead:
        assert dead
        raise OSError("in the way")


def test_held_as_long_as_the_block_runs(tmp_path):
    with held_folder(tmp_path, "x-") as folder:
        assert folder.name.startswith("x-")
        assert folder.stat().st_mode & 0o077 == 0
        assert not is_dead(folder)
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_removed_after_an_error(tmp_path):
    def fail():
        with held_folder(tmp_path, "x-") as folder:
            (folder / "file").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_of_a_process_that_was_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from xview2_qgis.engine.staging.held_folder import held_folder\n"
        "with held_folder(Path(sys.argv[1]), 'x-') as folder:\n    print(folder, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    folder = tmp_path / process.stdout.readline().strip()
    assert not is_dead(folder)
    process.kill()
    process.wait()
    assert folder.is_dir()
    with pytest.raises(OSError, match="in the way"):
        keep(folder)
    assert folder.is_dir()  # for whoever comes next
    assert is_dead(folder)
    assert not folder.exists()


def test_without_a_lock_it_may_have_been_made_just_now(tmp_path):
    folder = tmp_path / "x-1"
    folder.mkdir()
    assert not is_dead(folder)
    os.utime(folder, (1.0, 1.0))
    assert is_dead(folder)
    assert not folder.exists()
    assert not is_dead(folder)
