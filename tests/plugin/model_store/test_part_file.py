"""What has arrived is kept, for the same version of the same file, and for one program at a time."""

from __future__ import annotations

import os
import time

import pytest

from xview2_qgis.model_store.part_file import PartFile
from xview2_qgis.model_store.refusal import ModelStoreError

ADDRESS = "https://anna:secret@example.org/model.zip"


def opened(folder):
    part = PartFile(ADDRESS, "model.zip", folder)
    part.open()
    return part


def test_parts_are_kept(tmp_path):
    part = opened(tmp_path)
    part.begin('"one"')
    part.append(b"abc")
    part.close()
    part = opened(tmp_path)
    assert (part.received, part.mark) == (3, '"one"')
    part.append(b"def")
    path = part.complete()
    assert path.read_bytes() == b"abcdef"
    assert path.name == "model.zip"
    part.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["installed"]


def test_without_a_mark_nothing_is_kept(tmp_path):
    for mark in ("", "x" * 2000):
        part = opened(tmp_path)
        part.begin(mark)
        part.append(b"abc")
        part.close()
        part = opened(tmp_path)
        assert part.received == 0
        part.discard()


@pytest.mark.parametrize("content", ["", "{", "7", '["a"]', "\udcff", "null"])
def test_a_damaged_mark_is_none(tmp_path, content):
    part = opened(tmp_path)
    part.begin('"one"')
    part.append(b"abc")
    part.close()
    [mark] = tmp_path.glob("*/mark.json")
    mark.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert opened(tmp_path).received == 0


def test_a_new_beginning_forgets_the_old_one(tmp_path):
    part = opened(tmp_path)
    part.begin('"one"')
    part.append(b"abc")
    part.begin('"two"')
    part.append(b"d")
    assert part.received == 1
    assert part.complete().read_bytes() == b"d"
    part.close()


def test_one_at_a_time(tmp_path):
    part = opened(tmp_path)
    with pytest.raises(ModelStoreError, match="another QGIS"):
        opened(tmp_path)
    part.close()
    opened(tmp_path).discard()


def test_the_address_is_not_stored(tmp_path):
    part = opened(tmp_path)
    part.begin('"one"')
    part.close()
    assert not any(
        "secret" in str(path) or b"secret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )


def test_old_downloads_are_removed(tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    (old / "part").write_bytes(b"x")
    month = time.time() - 40 * 86400
    os.utime(old / "part", (month, month))
    part = opened(tmp_path)
    assert not old.exists()
    part.discard()


def test_a_cache_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        PartFile(ADDRESS, "model.zip", tmp_path / "file" / "downloads").open()
