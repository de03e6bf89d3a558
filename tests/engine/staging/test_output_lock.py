"""One run at a time writes a file; a dead one holds nothing."""

import os
import subprocess
import sys
import textwrap

import pytest

from tests.checkout import ROOT
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.staging import output_lock
from xview2_qgis.engine.staging.output_lock import OutputLocks

HOLDER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from xview2_qgis.engine.staging.output_lock import OutputLocks
    with OutputLocks([Path(name) for name in sys.argv[1:]]):
        print("held", flush=True)
        sys.stdin.read()
""")


def hold(*outputs):
    """A process that holds the locks of outputs."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *outputs], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    return process


def test_another_run_is_told_and_a_dead_one_is_none(tmp_path):
    outputs = tmp_path / "a.gpkg", tmp_path / "a.tif"
    with hold(*outputs) as process:
        for output in outputs:
            with pytest.raises(InputError, match="another run is writing a") as caught, OutputLocks([output]):
                pytest.fail("it is held")
            assert (caught.value.code, caught.value.exit_code) == ("output-locked", 3)
        with OutputLocks([tmp_path / "b.gpkg"]) as other:
            assert other.held
        process.kill()
        process.wait()
        assert sorted(path.name for path in tmp_path.iterdir()) == [".a.gpkg.lock", ".a.tif.lock"]
        with OutputLocks(outputs) as mine:
            assert mine.held
    assert list(tmp_path.iterdir()) == []


def test_whoever_gets_not_all_locks_keeps_none(tmp_path):
    with OutputLocks([tmp_path / "b.tif"]):
        with pytest.raises(InputError), OutputLocks([tmp_path / "c.html", tmp_path / "a.gpkg", tmp_path / "b.tif"]):
            pytest.fail("one is held")
        with OutputLocks([tmp_path / "c.html", tmp_path / "a.gpkg"]):
            pass


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path):
    victim = tmp_path / "bashrc"
    victim.write_text("PATH=/home/me/bin")
    (tmp_path / ".a.gpkg.lock").symlink_to(victim)
    with pytest.raises(InputError, match=r"cannot lock a.gpkg .* remove .a.gpkg.lock") as caught:
        OutputLocks([tmp_path / "a.gpkg"]).__enter__()
    assert caught.value.code == "output-locked"
    assert victim.read_text() == "PATH=/home/me/bin"
    assert (tmp_path / ".a.gpkg.lock").is_symlink()


@pytest.mark.parametrize("error", [OSError(37, "no locks available"), NotImplementedError("no flock")])
def test_where_there_are_no_locks_the_run_goes_on_and_says_so(tmp_path, monkeypatch, error):
    class NoLock:
        def __init__(self, *_, **__):
            pass

        def acquire(self):
            raise error

    monkeypatch.setattr(output_lock, "FileLock", NoLock)
    with OutputLocks([tmp_path / "a.gpkg"]) as locks:
        assert not locks.held


def test_no_folder_is_made(tmp_path):
    with pytest.raises(InputError) as caught:
        OutputLocks([tmp_path / "missing" / "a.gpkg"]).__enter__()
    assert caught.value.code == "output-folder"
    assert os.listdir(tmp_path) == []
