"""What changed under a name is told, and what only was looked at is no change."""

import os
import sqlite3
from contextlib import closing

import pytest

from tests.engine.result_scene import one_of_each, write_result
from xview2_qgis.engine.staging.earlier_file import EarlierFile
from xview2_qgis.protocol import stored_result


@pytest.mark.parametrize("name", ["a.gpkg", "a.tif", "a.html"])
def test_files(tmp_path, name):
    path = tmp_path / name
    nothing = EarlierFile.look(path)
    assert nothing.change() is None
    path.write_text("earlier")
    assert nothing.change() == "appeared while the run went on"
    earlier = EarlierFile.look(path)
    path.read_text()
    path.chmod(0o600)
    assert earlier.change() is None
    path.write_text("changed")
    assert earlier.change() == "was changed while the run went on"
    path.unlink()
    assert earlier.change() is None  # nothing is left to be lost
    path.symlink_to(tmp_path / "elsewhere")
    assert (nothing.change() or "").startswith("appeared")
    assert (earlier.change() or "").startswith("was changed")
    path.unlink()
    path.mkdir()
    assert (nothing.change() or "").startswith("appeared")


def test_a_file_of_the_same_length_and_another_time_is_another(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("one")
    os.utime(path, ns=(10**18, 10**18))
    earlier = EarlierFile.look(path)
    path.write_text("two")
    assert earlier.change()


def test_the_same_result_in_other_bytes_is_no_change(tmp_path):
    path = tmp_path / "a.gpkg"
    write_result(path, one_of_each())
    earlier, before = EarlierFile.look(path), path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    assert path.read_bytes() != before
    assert earlier.change() is None


def test_in_use_is_never_unchanged(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_result, "_PATIENCE_S", 0.01)
    path = tmp_path / "a.gpkg"
    write_result(path, one_of_each())
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        database.execute("UPDATE layer_styles SET description = 'x'")
        database.execute("COMMIT")
        assert EarlierFile.look(path).change() == "is in use"
