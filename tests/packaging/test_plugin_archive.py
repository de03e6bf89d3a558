"""The plugin archives: complete, clean, reproducible, with and without the models."""

import os
import random
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script

plugin_archive = script("plugin_archive")

CONTENT = (
    "xview2_qgis/__init__.py",
    "xview2_qgis/engine/cli.py",
    "xview2_qgis/i18n/po/es.po",
    "xview2_qgis/installation/locks/cpu.txt",
    "xview2_qgis/models/LICENSE.txt",
    "xview2_qgis/models/compact/model.json",
    "xview2_qgis/models/compact/joint.onnx",
    "icons/xview2.svg",
)
NOT_SHIPPED = (
    "xview2_qgis/__pycache__/__init__.cpython-311.pyc",
    "xview2_qgis/engine/tests/test_cli.py",
    "xview2_qgis/.hidden/secret",
    "xview2_qgis/engine/old.pyc",
    "training/cli.py",
    "tests/test_x.py",
)


@pytest.fixture
def checkout(tmp_path):
    """A small checkout with everything in it that must not be shipped."""
    root = tmp_path / "checkout"
    for name in (*CONTENT, *NOT_SHIPPED):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for name in ("metadata.txt", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    return root


def names(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_the_archives_hold_the_plugin_and_nothing_else(checkout, tmp_path):
    plain, whole = plugin_archive.write_archives(checkout, tmp_path / "dist")
    version = plugin_archive.plugin_version(checkout)
    assert (plain.name, whole.name) == (f"xview2_qgis-{version}.zip", f"xview2_qgis-{version}-with-models.zip")
    without = [
        "xview2_qgis/LICENSE",
        "xview2_qgis/__init__.py",
        "xview2_qgis/engine/cli.py",
        "xview2_qgis/i18n/po/es.po",
        "xview2_qgis/icons/xview2.svg",
        "xview2_qgis/installation/locks/cpu.txt",
        "xview2_qgis/metadata.txt",
        "xview2_qgis/models/LICENSE.txt",
    ]
    assert names(plain) == without
    assert names(whole) == sorted(
        [*without, "xview2_qgis/models/compact/joint.onnx", "xview2_qgis/models/compact/model.json"]
    )
    with zipfile.ZipFile(whole) as archive:
        assert archive.read("xview2_qgis/engine/cli.py") == b"xview2_qgis/engine/cli.py"
    assert {path.name for path in (tmp_path / "dist").iterdir()} == {plain.name, whole.name}


def rearranged(checkout, place):
    """The same content at another place: made in another order, with other times and modes."""
    found = [path.relative_to(checkout) for path in checkout.rglob("*") if path.is_file()]
    random.Random(1).shuffle(found)
    for number, name in enumerate(found):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((checkout / name).read_bytes())
        path.chmod(0o755 if number % 2 else 0o600)
        os.utime(path, (1e9 + number, 1e9 - number))
    return place


def test_the_same_content_gives_the_same_archives(checkout, tmp_path):
    first = [path.read_bytes() for path in plugin_archive.write_archives(checkout, tmp_path / "one")]
    other = rearranged(checkout, tmp_path / "elsewhere" / "a longer name")
    before = os.umask(0o077)
    try:
        again = plugin_archive.write_archives(other, tmp_path / "two")
    finally:
        os.umask(before)
    assert [path.read_bytes() for path in again] == first
    assert [path.stat().st_mode & 0o777 for path in again] == [0o644, 0o644]


def test_other_processes_give_the_same_archives(tmp_path):
    """The real plugin, by the command; with other seeds of hashes, other time zones and other working folders."""
    written = []
    for seed, zone in (("1", "UTC"), ("2", "Pacific/Kiritimati")):
        folder = tmp_path / seed
        folder.mkdir()
        code = "import sys, pathlib, plugin_archive as p; p.write_archives(*map(pathlib.Path, sys.argv[1:]))"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "packaging")}
        subprocess.run([sys.executable, "-c", code, ROOT, folder], cwd=folder, env=environment, check=True, timeout=300)
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert len(written[0]) == 2
    assert all(len(content) < 25_000_000 for content in written[0].values())


def test_an_archive_that_the_plugin_repository_refuses_is_not_written(checkout, tmp_path, monkeypatch):
    assert plugin_archive.LARGEST_BYTES == 25_000_000
    monkeypatch.setattr(plugin_archive, "LARGEST_BYTES", 100)
    with pytest.raises(ValueError, match=r"xview2_qgis-.*\.zip would have \d+ bytes, 100 are allowed"):
        plugin_archive.write_archives(checkout, tmp_path / "dist")
    assert list((tmp_path / "dist").iterdir()) == []


@pytest.mark.parametrize("name", ["engine/libx.so", "resources/logo.png", "joint.onnx", "cli.py.orig", "README"])
def test_files_of_another_kind_are_named_and_nothing_is_written(checkout, tmp_path, name):
    path = checkout / "xview2_qgis" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    with pytest.raises(ValueError, match=rf"do not belong into it .*: xview2_qgis/{name}$"):
        plugin_archive.write_archives(checkout, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


def test_facts_about_other_models_are_not_shipped(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(plugin_archive, "facts_text", lambda root: "of these models")
    facts = checkout / plugin_archive.FACTS
    facts.parent.mkdir(parents=True)
    facts.write_text("of these models")
    plugin_archive.require_current_facts(checkout)
    facts.write_text("of earlier ones")
    with pytest.raises(ValueError, match=r"run python3 packaging/model_archives.py facts"):
        plugin_archive.require_current_facts(checkout)


def test_staging_replaces_an_older_plugin_and_keeps_the_models(checkout, tmp_path):
    old = tmp_path / "xview2_qgis" / "removed.py"
    old.parent.mkdir()
    old.write_text("old")
    folder = plugin_archive.stage(checkout, tmp_path)
    assert not old.exists()
    staged = {path.relative_to(tmp_path).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert staged == {str(file.name) for file in plugin_archive.plugin_files(checkout)}
    assert "xview2_qgis/models/compact/joint.onnx" in staged


def test_everything_of_the_package_that_git_has_is_shipped():
    done = subprocess.run(
        ["git", "ls-files", "-z", "xview2_qgis"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout:
        pytest.skip("not a checkout of git")
    kept = {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}
    shipped = {str(file.name) for file in plugin_archive.plugin_files(ROOT)}
    assert {name for name in kept - shipped} == set()
