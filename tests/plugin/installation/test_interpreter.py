from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from xview2_qgis.installation.interpreter import find_interpreter, try_interpreter
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.python_places import Candidate, PythonSystem, candidates


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n# {path}\necho not a Python\n")
    path.chmod(0o755)
    return path


def system(root, kind, executable, **others):
    others = {"variables": {}, "prefix": root / "nowhere", **others}
    return PythonSystem(system=kind, root=root, home=root / "home", executable=executable, **others)


def found(described, own=()):
    return [(path.relative_to(described.root).as_posix(), origin) for path, origin in pairs(described, own)]


def pairs(described, own):
    return [(candidate.path, candidate.origin) for candidate in candidates(described, own)]


def test_osgeo4w(tmp_path):
    for name in ("Python39", "Python312"):
        put(tmp_path / "QGIS 3.40" / "apps" / name / "python.exe")
    qgis = put(tmp_path / "QGIS 3.40" / "bin" / "qgis-bin.exe")
    shop = put(tmp_path / "home" / "AppData" / "Local" / "Microsoft" / "WindowsApps" / "python.exe")
    registered = put(tmp_path / "Python313" / "python.exe")
    described = system(tmp_path, "win32", qgis, variables={"PATH": str(shop.parent)}, registered=(str(registered),))
    assert found(described) == [
        # never qgis-bin.exe, which would open another QGIS, and never the link to the shop
        ("QGIS 3.40/apps/Python312/python.exe", "Python of QGIS"),
        ("QGIS 3.40/apps/Python39/python.exe", "Python of QGIS"),
        ("Python313/python.exe", "Python of the system"),
    ]


@pytest.mark.parametrize(
    "place",
    [
        "MacOS/bin/python3",
        "MacOS/python3.12",
        "Frameworks/Python.framework/Versions/3.12/bin/python3.12",
        "Resources/python/bin/python3",
    ],
)
def test_bundles_of_macos(tmp_path, place):
    contents = tmp_path / "Applications" / "QGIS.app" / "Contents"
    put(contents / place)
    put(tmp_path / "usr" / "bin" / "python3")  # asks to install Apple's tools
    put(tmp_path / "opt" / "homebrew" / "bin" / "python3.13")
    described = system(tmp_path, "darwin", put(contents / "MacOS" / "QGIS"))
    assert found(described) == [
        (f"Applications/QGIS.app/Contents/{place}", "Python of QGIS"),
        ("opt/homebrew/bin/python3.13", "Python of the system"),
    ]


def test_linux(tmp_path):
    first = put(tmp_path / "usr" / "bin" / "python3.11")
    (tmp_path / "usr" / "bin" / "python3").symlink_to(first)
    put(tmp_path / "home" / ".local/share/uv/python/cpython-3.12.4-linux-x86_64-gnu/bin/python3")
    put(tmp_path / "elsewhere" / "python3.13")
    own = put(tmp_path / "standalone" / "bin" / "python3")
    described = system(
        tmp_path, "linux", first, prefix=tmp_path / "usr", variables={"PATH": str(tmp_path / "elsewhere")}
    )
    assert found(described, (own.parent.parent,)) == [
        ("standalone/bin/python3", "the chosen Python"),
        ("usr/bin/python3", "Python of QGIS"),
        ("elsewhere/python3.13", "Python of the system"),
        ("home/.local/share/uv/python/cpython-3.12.4-linux-x86_64-gnu/bin/python3", "Python of the system"),
    ]


@pytest.mark.parametrize("sign", ["variable", "file"])
def test_flatpak_is_said(tmp_path, sign):
    if sign == "file":
        (tmp_path / ".flatpak-info").touch()
    described = system(
        tmp_path, "linux", tmp_path / "qgis", variables={"FLATPAK_ID": "org.qgis.qgis"} if sign == "variable" else {}
    )
    put(tmp_path / "usr" / "bin" / "python3")
    assert found(described) == [("usr/bin/python3", "Python of the Flatpak")]
    with pytest.raises(InstallationError, match=r"Tried: .*python3 \(is no Python\)") as caught:
        find_interpreter(described)
    assert "Flatpak" in caught.value.hint


@pytest.mark.parametrize(("kind", "word"), [("win32", "python.org"), ("darwin", "python.org"), ("linux", "packages")])
def test_nothing_is_found(tmp_path, kind, word):
    with pytest.raises(InstallationError, match=r"No Python 3\.11 to 3\.14") as caught:
        find_interpreter(system(tmp_path, kind, tmp_path / "qgis"))
    assert word in caught.value.hint
    assert "offline package" in caught.value.hint


def test_the_python_of_this_system():
    nowhere, prefix = Path("/nowhere"), Path(sys.base_prefix)
    described = PythonSystem("linux", nowhere, nowhere, {}, Path("/usr/bin/qgis"), prefix)
    interpreter = find_interpreter(described)
    assert interpreter.version == sys.version_info[:3]
    assert os.path.samefile(interpreter.path, sys.executable)
    assert interpreter.makes_environments
    assert interpreter.platform.startswith("linux-")
    assert interpreter.title == "Python of QGIS, " + ".".join(map(str, sys.version_info[:3]))


def test_modules_that_lie_among_temporary_files_are_not_imported(tmp_path, monkeypatch):
    """Anybody may put files there."""
    shared = tmp_path / "shared"
    shared.mkdir()
    for name in ("logging", "ssl", "json"):
        (shared / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')\nraise ImportError\n")
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    nowhere, prefix = Path("/nowhere"), Path(sys.base_prefix)
    described = PythonSystem("linux", nowhere, nowhere, {}, Path("/usr/bin/qgis"), prefix)
    assert find_interpreter(described).makes_environments
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ('"version": [3, 9, 2]', "version 3.9.2"),
        ('"version": [3, 15, 0]', "version 3.15.0"),
        ('"bits": 32', "32 bits"),
        ('"implementation": "PyPy"', "another kind of Python"),
        ('"free_threaded": true', "another kind of Python"),
        ('"lacks": ["ssl"]', "lacks ssl"),
        ('"version": "new"', "is no Python"),
    ],
)
def test_a_python_that_does_not_do(tmp_path, changes, reason):
    good = '"version": [3, 12, 1], "base": "/x", "implementation": "CPython", "bits": 64, "free_threaded": false'
    good += ', "tag": "linux-x86_64", "lacks": [], "venv": true, "ensurepip": true'
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\necho '{{{good}, {changes}}}'\n")
    python.chmod(0o755)
    assert try_interpreter(Candidate(python, "Python")) == (None, reason)
