"""An input is recognised under all its names, and nothing else is taken for one."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from xview2_qgis.engine.access.input_files import InputFiles


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "data" / "pair.tif"
    path.parent.mkdir()
    path.write_bytes(b"pixels")
    (tmp_path / "data" / "other.tif").write_bytes(b"pixels")
    return path


def holds(source, path):
    inputs = InputFiles()
    inputs.add([source])
    return path in inputs


@pytest.mark.parametrize(
    "source",
    [
        "{}",
        "file://{}",
        "{}|layername=houses|subset=id > 3",
        'GPKG:"{}":before',
        "GTIFF_DIR:1:{}",
        "vrt://{}?bands=3,2,1",
        "/vsizip/{}/inside/pre.tif",
        "/vsizip/{{{}}}/pre.tif",
        "/vsigzip//vsitar/{}/pre.tif",
        "/VSIZIP/{}/pre.tif",
        "/vsisubfile/0_100,{}",
        "/vsicached?chunk_size=64&file={}",
        "NETCDF:/vsizip/{}/part.nc:band",
    ],
)
def test_addresses(file, source):
    address = source.format(file)
    assert holds(address, file)
    assert not holds(address, file.with_name("other.tif"))
    assert not holds(address, file.with_name("new.tif"))
    assert not holds(address, file.parent / "pair.gpkg")


def test_names_of_other_kinds(file, tmp_path):
    os.link(file, tmp_path / "hard.tif")
    (tmp_path / "soft.tif").symlink_to(file)
    (tmp_path / "folder").symlink_to(file.parent)
    for name in ("hard.tif", "soft.tif", "folder/pair.tif", "data/../data/pair.tif"):
        assert holds(str(file), tmp_path / name)
        assert holds(str(tmp_path / name), file)


def test_relative_names(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    assert holds("pair.tif", file)
    assert holds(str(file), Path("pair.tif"))
    assert holds("/vsizip/pair.tif/a.tif", file)


def test_one_file_on_a_drive_that_is_connected_twice(file, monkeypatch):
    """Two devices then, which number their files alike."""
    inputs = InputFiles()
    inputs.add([str(file)])
    twin, found = file.with_name("twin.tif"), os.stat(file)
    other = SimpleNamespace(
        st_mode=found.st_mode, st_ino=found.st_ino, st_dev=found.st_dev + 1, st_size=found.st_size,
        st_mtime_ns=found.st_mtime_ns,
    )  # fmt: skip
    stat_of = os.stat
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", lambda path, **how: other if path == twin else stat_of(path, **how))
        found_again = twin in inputs
    assert found_again


def test_an_input_that_was_written_anew_is_still_one(file):
    inputs = InputFiles()
    inputs.add([str(file)])
    file.unlink()
    file.write_bytes(b"new pixels")
    os.link(file, file.with_name("a.tif"))
    assert file.with_name("a.tif") in inputs


@pytest.mark.parametrize("source", ["", "\0", "x" * 5000, "a:b," * 500, "<VRTDataset>" + "a=b&" * 900, "~nobody/x"])
def test_what_is_no_path_is_harmless(file, source):
    assert not holds(source, file)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a.gpkg", "{}"),
        ("a.gpkg", "{}|layerid=0|subset=a || b = 'x|y'"),
        ("a.gpkg", "{}|layerid=x"),
        ("a.zip", "/vsizip/{}/part.shp|layername=part"),
        ("a|b.gpkg", "{}"),
        ("a|b.gpkg", "{}|layername=a"),
        ("a|layername=c.gpkg", "{}"),
    ],
)
def test_a_file_is_found_in_its_address(tmp_path, name, address):
    file = tmp_path / name
    file.write_text("data")
    inputs = InputFiles()
    inputs.add([address.format(file)])
    assert file in inputs
    assert tmp_path / "other.gpkg" not in inputs
