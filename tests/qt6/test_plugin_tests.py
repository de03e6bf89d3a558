"""Tests of ``tests/plugin`` that need nothing of QGIS but names and Qt: they run in real Qt 6, with the stand-ins.

In a process of their own, because they make QGIS's application.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.qt6.qgis4_interface import stubs_folder

pytestmark = pytest.mark.skipif(
    stubs_folder() is None, reason="PyQt6 and the type stubs of QGIS 4 are not in this environment"
)

FILES = [
    "assessment/test_progress.py",
    "engine_process/test_hints.py",
    "engine_process/test_line_splitter.py",
    "engine_process/test_packages.py",
    "gui/assess/test_progress_panel.py",
    "gui/test_model_choice.py",
    "gui/test_notice.py",
    "gui/test_wheel_guard.py",
    "gui/test_windows.py",
    "i18n/test_translation.py",
    "installation/test_environment_folder.py",
    "installation/test_interpreter.py",
    "installation/test_offline_package.py",
    "installation/test_variant.py",
]


def test_they_pass_in_qt_6():
    stand_ins = Path(__file__).parent / "stand_ins"
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join(map(str, (stand_ins, ROOT))),
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header"]
    command += [str(ROOT / "tests" / "plugin" / file) for file in FILES]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
