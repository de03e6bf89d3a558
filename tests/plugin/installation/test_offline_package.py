from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from xview2_qgis.installation.interpreter import FoundInterpreter
from xview2_qgis.installation.offline_package import read_offline_package
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.plan import check_package
from xview2_qgis.installation.requirement_lock import RequirementLock
from xview2_qgis.installation.variant import Variant

CONTENT = b"a wheel"
GOOD = {
    "variant": "cpu",
    "platform": "linux-x86_64",
    "pythons": ["3.11", "3.12"],
    "lock_sha256": "0" * 64,
    "files": {"wheels/a-1-py3-none-any.whl": hashlib.sha256(CONTENT).hexdigest()},
}


@pytest.fixture
def package(tmp_path):
    def package(content=CONTENT, **changes):
        folder = tmp_path / "package"
        (folder / "wheels").mkdir(parents=True, exist_ok=True)
        (folder / "wheels" / "a-1-py3-none-any.whl").write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps({**GOOD, **changes}))
        return folder

    return package


def zipped(folder, prefix=""):
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, prefix + file.relative_to(folder).as_posix())
    return path


@pytest.mark.parametrize("form", ["folder", "zip", "zip with a folder"])
def test_unpacked(package, tmp_path, form):
    path = package()
    if form != "folder":
        path = zipped(path, "" if form == "zip" else "package/")
    found = read_offline_package(path)
    assert (found.variant, found.platform, found.pythons) == (Variant.CPU, "linux-x86_64", ("3.11", "3.12"))
    beats = []
    found.unpack(tmp_path / "target", lambda done, total: beats.append((done, total)))
    assert (tmp_path / "target" / "wheels" / "a-1-py3-none-any.whl").read_bytes() == CONTENT
    assert beats == [(0, 1), (1, 1)]


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_damage_is_found(package, tmp_path, form):
    path = package(b"a whee1")
    found = read_offline_package(zipped(path) if form == "zip" else path)
    with pytest.raises(InstallationError, match=r"is damaged: wheels/a-1"):
        found.unpack(tmp_path / "target", lambda done, total: None)
    assert not list((tmp_path / "target").rglob("*.whl"))


def test_a_file_is_missing(package, tmp_path):
    found = read_offline_package(package(files={"wheels/b.whl": "0" * 64}))
    with pytest.raises(InstallationError, match=r"is damaged: wheels/b"):
        found.unpack(tmp_path / "target", lambda done, total: None)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"../outside.whl": "0"}},
        {"files": {"/etc/outside": "0"}},
        {"files": {"C:\\outside": "0"}},
        {"files": {"a/..\\..\\b": "0"}},
        {"files": 3},
        {"variant": "another"},
        {"pythons": None},
    ],
)
def test_a_manifest_that_is_refused(package, changes):
    with pytest.raises(InstallationError, match="no offline package"):
        read_offline_package(package(**changes))


def test_no_package(tmp_path):
    (tmp_path / "text.zip").write_text("no zip")
    for path in (tmp_path, tmp_path / "text.zip", tmp_path / "missing"):
        with pytest.raises(InstallationError, match="no offline package"):
            read_offline_package(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"platform": "windows-x86_64"}, "is for windows-x86_64, this computer is linux-x86_64"),
        ({"pythons": ["3.13"]}, r"is for Python 3\.13, here is Python of QGIS, 3\.12\.1"),
        ({}, "another version of the plugin"),
    ],
)
def test_what_does_not_fit_is_said(package, tmp_path, changes, message):
    (tmp_path / "cpu.txt").write_text("small==1\n")
    interpreter = FoundInterpreter("/usr/bin/python3", (3, 12, 1), "Python of QGIS", "linux-x86_64", True, True)
    lock = RequirementLock.of(Variant.CPU, tmp_path)
    with pytest.raises(InstallationError, match=message):
        check_package(read_offline_package(package(**changes)), interpreter, lock)
    check_package(read_offline_package(package(lock_sha256=lock.sha256)), interpreter, lock)


def test_a_python_in_it(package, tmp_path):
    folder = package(files={**GOOD["files"], "python/bin/python3": hashlib.sha256(b"program").hexdigest()})
    (folder / "python" / "bin").mkdir(parents=True)
    program = folder / "python" / "bin" / "python3"
    program.write_bytes(b"program")
    found = read_offline_package(folder)
    assert found.has_python
    assert found.python_within(str(program)).as_posix() == "bin/python3"
    assert found.python_within("/usr/bin/python3") is None
    found.unpack(tmp_path / "target", lambda done, total: None)
    assert (tmp_path / "target" / "python" / "bin" / "python3").stat().st_mode & 0o111
