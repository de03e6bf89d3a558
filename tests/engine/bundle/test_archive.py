"""Archives cannot write outside their folder, nor fill the disk."""

import os
import stat
import struct
import time
import zipfile

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle
from xview2_qgis.engine.bundle import archive as bundle_archive
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.archive import tidy_cache, unpack, unpacked
from xview2_qgis.engine.errors import ModelError


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("prefix", ["", "tiny/"])
def test_files_come_out_as_they_went_in(tmp_path, target, prefix):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8)
    unpack(zip_bundle(folder, tmp_path / "tiny.xv2.zip", prefix=prefix), target)
    assert {p.name: p.read_bytes() for p in target.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.mark.parametrize(
    "name",
    ["../evil.onnx", "/evil.onnx", "a/b/evil.onnx", "..\\evil.onnx", "C:\\evil.onnx", ".hidden", "sub/evil.onnx"],
)
def test_names_that_lead_away_are_refused(tmp_path, target, name):
    archive = tmp_path / "evil.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model.json", "{}")
        packed.writestr(name, b"evil")
    with pytest.raises(ModelError, match="not a plain file"):
        unpack(archive, target)
    assert not [path for path in tmp_path.rglob("*evil*") if path != archive]


def test_a_file_before_the_beginning_is_damage_and_no_fault_of_the_disk(tmp_path, target):
    """The end of the list says that the list begins later than it does: zipfile takes the difference off all places."""
    archive = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "tiny.xv2.zip")
    data = bytearray(archive.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    [start] = struct.unpack_from("<I", data, end + 16)
    struct.pack_into("<I", data, end + 16, start + 5)
    archive.write_bytes(data)
    with pytest.raises(ModelError, match=r"is no readable zip file \(a file is not where its list says\)"):
        unpack(archive, target)


def test_links_are_refused(tmp_path, target):
    archive = tmp_path / "link.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model.json", "{}")
        link = zipfile.ZipInfo("joint.onnx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="not a plain file"):
        unpack(archive, target)


def test_bombs_are_stopped(tmp_path, target, monkeypatch):
    monkeypatch.setattr(bundle_archive, "_MAXIMUM_BYTES", 3_000_000)
    archive = tmp_path / "bomb.xv2.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("model.json", "{}")
        packed.writestr("joint.onnx", bytes(20_000_000))
    with pytest.raises(ModelError, match="unpacks to more than"):
        unpack(archive, target)
    assert sum(path.stat().st_size for path in target.iterdir()) <= 3_000_000


def test_too_many_files(tmp_path, target):
    archive = tmp_path / "many.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number in range(100):
            packed.writestr(f"{number}.txt", "")
    with pytest.raises(ModelError, match="more than 64 files"):
        unpack(archive, target)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_file_twice(tmp_path, target):
    archive = tmp_path / "twice.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model.json", "{}")
        packed.writestr("a.onnx", "1")
        packed.writestr("a.onnx", "2")
    with pytest.raises(ModelError, match="twice"):
        unpack(archive, target)


def test_no_manifest(tmp_path, target):
    archive = tmp_path / "none.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("joint.onnx", "1")
    with pytest.raises(ModelError, match=r"holds no model\.json"):
        unpack(archive, target)


def test_cut_off_archive_leaves_nothing_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    whole = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "whole.xv2.zip").read_bytes()
    archive = tmp_path / "cut.xv2.zip"
    for content in (whole[: len(whole) // 2], whole[:-30], b"", whole[:200] + bytes(80) + whole[280:]):
        archive.write_bytes(content)
        with pytest.raises(ModelError):
            unpacked(archive)
        assert list((tmp_path / "cache" / "bundles").iterdir()) == []


def test_a_file_without_a_name(tmp_path, target):
    archive = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "b.xv2.zip")
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr(zipfile.ZipInfo(""), b"x")
    with pytest.raises(ModelError, match="without a name"):
        unpack(archive, target)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_methods_are_refused_before_they_unpack_anything(tmp_path, target, method):
    """A few bytes of them become gigabytes in one reading, and their damage looks like that of a disk."""
    archive = tmp_path / "odd.xv2.zip"
    with zipfile.ZipFile(archive, "w", method) as packed:
        packed.writestr("model.json", "{}")
        packed.writestr("joint.onnx", bytes(1_000_000))
    for content in (archive.read_bytes(), archive.read_bytes().replace(b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", 1)):
        archive.write_bytes(content)
        with pytest.raises(ModelError) as caught:
            unpack(archive, target)
        assert "space" not in str(caught.value)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("place", range(0, 400, 23))
def test_damage_is_told_as_damage(tmp_path, target, place):
    archive = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "tiny.xv2.zip")
    content = bytearray(archive.read_bytes())
    for start in (place, len(content) - 1 - place):
        content[start : start + 5] = b"\xff" * 5
    archive.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        unpack(archive, target)
    assert caught.value.code == "model-archive"
    assert "space there" not in str(caught.value)


def test_names_that_are_one_on_other_systems(tmp_path, target):
    archive = tmp_path / "case.xv2.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model.json", "{}")
        packed.writestr("a.onnx", "1")
        packed.writestr("A.onnx", "2")
    with pytest.raises(ModelError, match="twice"):
        unpack(archive, target)


def test_a_refused_model_does_not_stay_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, changes={"title": 7})
    with pytest.raises(ModelError, match="title"):
        open_bundle(zip_bundle(folder, tmp_path / "wrong.xv2.zip"))
    assert list((tmp_path / "cache" / "bundles").iterdir()) == []


def test_the_cache_is_tidied(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    cache = tmp_path / "cache" / "bundles"
    old, used, dead, foreign = cache / ("0" * 64), cache / ("1" * 64), cache / "unpacking-x", cache / "mine"
    for folder in (old, used, dead, foreign):
        folder.mkdir(parents=True)
        os.utime(folder, (1.0, 1.0))
    os.utime(used, (time.time() - 20 * 86400,) * 2)
    tidy_cache()
    assert set(cache.iterdir()) == {used, foreign}
    archive = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "tiny.xv2.zip")
    folder = unpacked(archive)
    os.utime(folder, (1.0, 1.0))
    assert unpacked(archive) == folder
    tidy_cache()
    assert folder.is_dir()
