"""The plugin archive: complete, clean, reproducible, and what QGIS's plugin repository asks for."""

import configparser
import importlib.util
import re
import shutil
import sys
import tomllib
import zipfile

import pytest

from tests.checkout import ROOT


def _load():
    # the folder is no package: its name belongs to a distribution that many tools import
    specification = importlib.util.spec_from_file_location("plugin_archive", ROOT / "packaging" / "plugin_archive.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


plugin_archive = _load()


@pytest.fixture
def checkout(tmp_path):
    """A small checkout with everything in it that must not be shipped."""
    root = tmp_path / "checkout"
    for name in (
        "xview2_qgis/__init__.py",
        "xview2_qgis/engine/cli.py",
        "xview2_qgis/models/compact/joint.onnx",
        "xview2_qgis/__pycache__/__init__.cpython-311.pyc",
        "xview2_qgis/engine/tests/test_cli.py",
        "xview2_qgis/.hidden/secret",
        "xview2_qgis/engine/old.pyc",
        "icons/xview2.svg",
        "training/cli.py",
        "tests/test_x.py",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for name in ("metadata.txt", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    return root


def test_the_archive_holds_the_plugin_and_nothing_else(checkout, tmp_path):
    path = plugin_archive.write_archive(checkout, tmp_path / "dist")
    assert path.name == f"xview2_qgis-{plugin_archive.plugin_version(checkout)}.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "xview2_qgis/LICENSE",
            "xview2_qgis/__init__.py",
            "xview2_qgis/engine/cli.py",
            "xview2_qgis/icons/xview2.svg",
            "xview2_qgis/metadata.txt",
            "xview2_qgis/models/compact/joint.onnx",
        ]
        assert archive.read("xview2_qgis/engine/cli.py") == b"xview2_qgis/engine/cli.py"
    assert [p.name for p in (tmp_path / "dist").iterdir()] == [path.name]


def test_the_same_content_gives_the_same_archive(checkout, tmp_path):
    first = plugin_archive.write_archive(checkout, tmp_path / "one").read_bytes()
    (checkout / "xview2_qgis" / "__init__.py").touch()
    assert plugin_archive.write_archive(checkout, tmp_path / "two").read_bytes() == first


def test_an_archive_that_the_plugin_repository_refuses_is_not_written(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(plugin_archive, "LARGEST_BYTES", 100)
    with pytest.raises(ValueError, match="plugin repository takes 100"):
        plugin_archive.write_archive(checkout, tmp_path / "dist")
    assert list((tmp_path / "dist").iterdir()) == []


def test_staging_replaces_an_older_plugin(checkout, tmp_path):
    old = tmp_path / "xview2_qgis" / "removed.py"
    old.parent.mkdir()
    old.write_text("old")
    folder = plugin_archive.stage(checkout, tmp_path)
    assert not old.exists()
    staged = {path.relative_to(tmp_path).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert staged == {str(file.name) for file in plugin_archive.plugin_files(checkout)}


def test_metadata_is_complete_and_agrees_with_the_package():
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    required = "name description version qgisMinimumVersion author email about tracker repository"
    for key in required.split():
        assert general[key].strip(), key
    assert general["hasProcessingProvider"] == "yes"
    assert general["qgisMinimumVersion"] == "3.22"
    assert "/" not in general["author"]
    assert (ROOT / general["icon"]).is_file()
    with open(ROOT / "pyproject.toml", "rb") as file:
        assert tomllib.load(file)["project"]["version"] == general["version"]


def test_the_real_archive_fits_the_rules_of_the_plugin_repository(tmp_path):
    path = plugin_archive.write_archive(ROOT, tmp_path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"xview2_qgis"}
    assert {"xview2_qgis/__init__.py", "xview2_qgis/metadata.txt", "xview2_qgis/LICENSE"} <= set(names)
    assert not [name for name in names if re.search(r"\.py[co]$|__pycache__|__MACOSX|\.\.|\\|/tests?/|/\.", name)]
    assert len(names) == len(set(names))


def test_the_licence_is_the_text_of_gpl_2():
    text = (ROOT / "LICENSE").read_text()
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991" in text
    assert "END OF TERMS AND CONDITIONS" in text
