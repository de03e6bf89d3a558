from __future__ import annotations

import sys

import pytest

from xview2_qgis.installation.environment_folder import interpreter_of
from xview2_qgis.installation.outcome import InstallationError


@pytest.mark.parametrize(
    ("interpreter", "chosen"),
    [
        ("bin/python", "."),
        ("bin/python3", "."),
        ("bin/python3", "bin"),
        ("Scripts/python.exe", "."),
        ("Scripts/python.exe", "Scripts"),
        ("python.exe", "."),
        (".venv/bin/python", "."),
        ("bin/python", "bin/python"),
    ],
)
def test_the_interpreter_of_a_folder(tmp_path, interpreter, chosen):
    path = tmp_path / interpreter
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(sys.executable)
    # the link itself, which makes Python use the environment
    assert interpreter_of(tmp_path / chosen) == path


def test_a_folder_without(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("cannot be run")
    with pytest.raises(InstallationError, match="no Python environment") as caught:
        interpreter_of(tmp_path)
    assert "bin" in caught.value.hint
