"""What to do about missing packages: a command that can be copied, and none that changes a Python of somebody else."""

from __future__ import annotations

import shlex
import sys
import venv

import pytest

from xview2_qgis.engine_process.environment import interpreter_in
from xview2_qgis.engine_process.packages import REQUIREMENTS, is_virtual_environment, packages_hint


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The interpreter of a real virtual environment, in a folder with a space."""
    folder = tmp_path_factory.mktemp("my engine") / "env"
    venv.create(folder, with_pip=False)
    return str(interpreter_in(folder))


def test_packages_go_into_a_virtual_environment(qgis_app, environment):
    assert is_virtual_environment(environment)
    [command] = [line for line in packages_hint(environment).splitlines() if "pip" in line]
    words = shlex.split(command)
    assert (words[0], words[-1]) == (environment, REQUIREMENTS)
    assert words[-4:-1] == ["pip", "install", "-r"]


def test_the_python_of_the_system_is_left_alone(qgis_app):
    python = "/usr/bin/python3" if sys.platform != "win32" else r"C:\Program Files\QGIS\bin\python3.exe"
    assert not is_virtual_environment(python)
    hint = packages_hint(python)
    assert python not in hint
    commands = [line for line in hint.splitlines() if "pip" in line]
    assert all(line.startswith("xview2-engine") for line in commands)
    assert not set("“”‘’") & set("".join(commands))
