"""Some tests of the child process from ``tests/plugin``, in real Qt 6: its signals, its streams, its end."""

import subprocess

import pytest

from tests.checkout import ROOT
from tests.qt6.qgis4_interface import stubs_folder

if stubs_folder() is None:
    pytest.skip("PyQt6 and the type stubs of QGIS 4 are not in this environment", allow_module_level=True)

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QApplication

from tests.plugin.engine_process.test_process import (  # noqa: F401 - they run here, too
    run,
    test_crash_shows_the_last_words,
    test_error_of_the_engine,
    test_garbage_is_tolerated,
    test_good_run,
)

SYSTEM_PYTHON = "/usr/bin/python3"


@pytest.fixture(autouse=True)
def application():
    return QCoreApplication.instance() or QApplication([])


@pytest.fixture(scope="session")
def python_with_gdal():
    done = subprocess.run([SYSTEM_PYTHON, "-c", "import osgeo.ogr"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("the engine's stand-in writes its result with GDAL, which the system's Python has not")
    return SYSTEM_PYTHON


@pytest.fixture
def fake_engine(python_with_gdal, tmp_path, monkeypatch):
    """Make the fake engine the one that is found; returns a function that sets its behaviour."""
    script = tmp_path / "fake python" / "python"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\nexec '{python_with_gdal}' '{ROOT / 'tests' / 'plugin' / 'fake_engine.py'}' \"$@\"\n")
    script.chmod(0o755)
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(script))
    return lambda behaviour: monkeypatch.setenv("FAKE_ENGINE", behaviour)
