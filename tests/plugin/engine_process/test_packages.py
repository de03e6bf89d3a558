"""What to do about missing packages: a click, and no command that changes a Python of somebody else."""

from __future__ import annotations

import pytest

from xview2_qgis.engine_process.environment import interpreter_in, managed_folder
from xview2_qgis.engine_process.packages import packages_hint


def test_the_engine_of_the_plugin_is_repaired(qgis_app):
    assert packages_hint(str(interpreter_in(managed_folder()))) == "Click Install… to repair the engine."


@pytest.mark.parametrize("python", ["/usr/bin/python3", r"C:\Program Files\QGIS\bin\python3.exe", "env/bin/python"])
def test_the_python_of_others_is_left_alone(qgis_app, python):
    hint = packages_hint(python)
    assert hint.startswith("Leave it as it is and click Install…")
    assert "pip" not in hint
    assert python not in hint
