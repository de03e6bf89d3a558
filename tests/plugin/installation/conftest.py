from __future__ import annotations

import json
import os
import shutil

import pytest

from tests.plugin.installation.small_index import SmallIndex, bundled_pip, sha256, use_bundled_pip
from xview2_qgis.installation.requirement_lock import RequirementLock
from xview2_qgis.installation.steps import environment
from xview2_qgis.installation.variant import Variant


@pytest.fixture
def no_pip_settings(monkeypatch):
    """Take away what this computer's pip is configured for."""
    for name in list(os.environ):
        if name.upper().startswith("PIP_") or name.lower() in ("http_proxy", "https_proxy", "no_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")


@pytest.fixture
def bundled(monkeypatch):
    """Use the pip that this Python brings along in place of the pinned one, which the network has."""
    if bundled_pip() is None:
        pytest.skip("this Python has no wheel of pip")
    monkeypatch.setattr(environment, "pinned_wheels", environment.pinned_wheels)
    use_bundled_pip()


@pytest.fixture
def index(tmp_path, no_pip_settings, bundled):
    """A package index with two packages."""
    small = {"small/__init__.py": "", "small/tests/test_small.py": "1 / 0\n", "small/data.txt": "x" * 100_000}
    return SmallIndex(tmp_path / "index", {"small": small, "other": {"other.py": "number = 1\n"}})


@pytest.fixture
def package(index, tmp_path):
    """An offline package of the two packages."""
    folder = tmp_path / "package"
    (folder / "wheels").mkdir(parents=True)
    for wheel in (*index.wheels.values(), bundled_pip()):
        shutil.copyfile(wheel, folder / "wheels" / wheel.name)
    manifest = {
        "variant": "cpu",
        "platform": "linux-x86_64",
        "pythons": ["3.11", "3.12", "3.13", "3.14"],
        "lock_sha256": RequirementLock.of(Variant.CPU, index.locks).sha256,
        "files": {f"wheels/{path.name}": sha256(path) for path in (folder / "wheels").iterdir()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
