"""The zip as the plugin repository scans it before it publishes: any finding of bandit or detect-secrets blocks it.

Where a finding is meant, the reason stands beside it: ``# nosec B…`` in Python, and for the public checksums in
``model.json`` the remark of detect-secrets, which :func:`export.bundle.writer.manifest_text` writes.
"""

import importlib.util
import json
import os
import re
import stat
import subprocess
import sys
import zipfile

import pytest

from tests.checkout import ROOT


def _load():
    specification = importlib.util.spec_from_file_location("plugin_archive", ROOT / "packaging" / "plugin_archive.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(specification.name, module)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return _load().write_archive(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder


def scan(folder, *words):
    """Run a scanner as the repository does: on the folder alone, with no settings of this checkout."""
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def test_bandit_finds_nothing_at_any_level(unpacked):
    done = scan(unpacked, "bandit", "-r", ".", "-f", "json", "-q")
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert [f"{r['filename']}:{r['line_number']} {r['test_id']} {r['issue_text']}" for r in found["results"]] == []
    assert found["metrics"]["_totals"]["loc"] > 1000
    # a bare `nosec` hides everything on its line, and words behind it are taken for names of tests
    assert found["metrics"]["_totals"]["nosec"] == 0
    assert "is not a test name or id" not in done.stderr


def test_every_exception_for_bandit_has_its_reason_above(unpacked):
    for path in unpacked.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if "# nosec" in line:
                assert re.search(r"# nosec B\d{3}$", line), f"{path.name}:{number + 1}"
                before = range(max(number - 6, 0), number)
                assert any(lines[n].strip().startswith("#") for n in before), f"{path.name}:{number + 1}"


def test_detect_secrets_finds_nothing(unpacked):
    done = scan(unpacked, "detect_secrets", "scan", "--all-files", ".")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["results"] == {}


def test_a_secret_would_be_found(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"sha256": "c6e988149ca96ddd10dbfd8dc3e440ec7ddd85df64aacf5bc4a2586e"}))
    assert json.loads(scan(tmp_path, "detect_secrets", "scan", "--all-files", ".").stdout)["results"] != {}


def test_flake8_finds_nothing_at_the_width_of_the_repository(unpacked):
    done = scan(unpacked, "flake8", "--isolated", "--max-line-length", "120", ".")
    assert done.stdout.splitlines() == []
    assert done.returncode == 0, done.stderr


def test_plain_files_that_everybody_may_read_and_nobody_runs(archive):
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            mode = entry.external_attr >> 16
            assert stat.S_ISREG(mode), entry.filename
            assert stat.S_IMODE(mode) == 0o644, entry.filename
            assert entry.filename.isascii()
            assert entry.flag_bits & 1 == 0  # not encrypted


def test_no_binaries_and_nothing_of_another_kind(unpacked):
    known = {".py", ".qml", ".html", ".svg", ".txt", ".json", ".onnx", ""}
    endings = {path.suffix for path in unpacked.rglob("*") if path.is_file()}
    assert endings <= known
    for path in unpacked.rglob("*"):
        if path.is_file():
            assert not path.read_bytes()[:4].startswith((b"\x7fELF", b"MZ", b"PK\x03\x04", b"\xcf\xfa\xed\xfe")), path


def test_a_licence_lies_beside_each_model(unpacked):
    models = [path.parent for path in (unpacked / "xview2_qgis" / "models").rglob("model.json")]
    assert models
    for folder in models:
        licence = json.loads((folder / "model.json").read_text(encoding="utf-8"))["licence"]
        [text] = [file.read_text(encoding="utf-8") for file in folder.parent.glob("LICENSE*")]
        named = re.sub(r"[^a-z0-9.]", "", licence.lower())
        assert named in re.sub(r"[^a-z0-9.]", "", text.lower())


def test_no_path_of_the_machine_that_built_it(unpacked):
    for path in unpacked.rglob("*"):
        if path.is_file() and path.suffix != ".onnx":
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text, path
            assert os.path.expanduser("~") + os.sep not in text, path
