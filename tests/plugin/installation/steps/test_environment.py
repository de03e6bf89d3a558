"""Environments where the module ``venv`` does not work: virtualenv makes them, without the user's choices for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.plugin.installation.small_index import bundled_pip, make_wheel, sha256
from xview2_qgis.engine_process.environment import interpreter_in
from xview2_qgis.installation.interpreter import FoundInterpreter
from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.steps import environment
from xview2_qgis.installation.steps.child import Children
from xview2_qgis.installation.steps.environment import VIRTUALENV, EnvironmentMaker
from xview2_qgis.installation.steps.index_wheels import PinnedWheel
from xview2_qgis.installation.steps.listener import Listener
from xview2_qgis.installation.steps.pip_variables import PipVariables
from xview2_qgis.installation.steps.secrets import Secrets

#: In place of virtualenv, which the network has: writes down what it was given, and has ``venv`` do the work.
STAND_IN = """
import distlib, filelock, json, os, packaging, platformdirs, subprocess, sys
import python_discovery
json.dump([sys.argv[1:], dict(os.environ)], open(os.path.join(os.environ["RECORD"]), "w"))
sys.exit(subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", sys.argv[-1]]).returncode)
"""
MODULES = {name: name.replace("-", "_") for name in VIRTUALENV}


@pytest.fixture
def make(bundled, tmp_path, monkeypatch):
    """Make an environment without ``venv``; return its folder."""
    wheels = {"pip": bundled_pip()}
    for name, module in MODULES.items():
        files = {f"{module}/__init__.py": ""}
        if name == "virtualenv":
            files[f"{module}/__main__.py"] = STAND_IN
        wheels[name] = make_wheel(tmp_path, module, files)
    pins = {
        name: PinnedWheel(name, path.name.split("-")[1], sha256(path)) for name, path in wheels.items()
    }  # fmt: skip
    monkeypatch.setattr(environment, "pinned_wheels", lambda: pins)
    monkeypatch.setenv("RECORD", str(tmp_path / "record.json"))
    found = FoundInterpreter(sys.executable, sys.version_info[:3], "Python", "linux-x86_64", False, False)
    children = Children(Listener(print, print, lambda share: None, lambda: False), Secrets.of(()))
    work = tmp_path / "work"
    work.mkdir()

    def make(wheel=lambda pin: wheels[pin.name]):
        folder = tmp_path / "pro file" / "engine"
        EnvironmentMaker(found, children, PipVariables.of(NetworkSettings(), work), wheel).make(folder)
        return folder

    return make


def test_virtualenv_makes_it_and_pip_is_in_it(make):
    python = interpreter_in(make())
    said = subprocess.run([python, "-I", "-m", "pip", "--version"], capture_output=True, text=True, check=True).stdout
    assert f"pip {bundled_pip().name.split('-')[1]} from {python.parent.parent}" in said


def test_the_user_s_own_choices_do_not_count(make, tmp_path, monkeypatch):
    monkeypatch.setenv("VIRTUALENV_SYSTEM_SITE_PACKAGES", "1")
    monkeypatch.setenv("VIRTUALENV_CONFIG_FILE", "/own.ini")
    make()
    arguments, variables = json.loads((tmp_path / "record.json").read_text())
    assert arguments[:2] == ["--no-seed", "--no-download"]
    assert "VIRTUALENV_SYSTEM_SITE_PACKAGES" not in variables
    assert variables["VIRTUALENV_CONFIG_FILE"] == "/dev/null"
    assert variables["VIRTUALENV_OVERRIDE_APP_DATA"].startswith(str(tmp_path / "work"))


def test_without_its_wheels_the_reason_is_that_of_the_index(make):
    def unreachable(pin):
        raise InstallationError("The package index cannot be reached.", "Check the connection.")

    with pytest.raises(InstallationError, match="cannot be reached"):
        make(unreachable)
