"""The engine of the plugin is started whatever lies beside it: no other plugin and no other version takes its place."""

from __future__ import annotations

import subprocess

import pytest

from tests.plugin.conftest import ROOT
from tests.plugin.test_real_engine import PYTHON, pytestmark  # noqa: F401 - skips without an engine


@pytest.fixture
def start(tmp_path):
    """A folder of plugins with ours and some that are called like packages; the program that starts the engine."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "xview2_qgis").symlink_to(ROOT / "xview2_qgis")
    for name in ("jinja2", "numpy", "json", "onnxruntime"):
        (plugins / name).mkdir()
        (plugins / name / "__init__.py").write_text("raise ImportError('the plugin instead of the package')")
    return plugins / "xview2_qgis" / "engine_start.py"


def test_plugins_do_not_shadow_packages(start):
    done = subprocess.run([PYTHON, start, "doctor"], capture_output=True, text=True, timeout=120, cwd=start.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cpu: runs" in done.stdout


def test_the_engine_beside_the_program_is_run(tmp_path):
    """Also where another version is installed in the environment, as it is here."""
    engine = tmp_path / "xview2_qgis" / "engine"
    engine.mkdir(parents=True)
    for name in ("__init__.py", "engine_start.py"):
        (tmp_path / "xview2_qgis" / name).write_text((ROOT / "xview2_qgis" / name).read_text(encoding="utf-8"))
    (engine / "__init__.py").write_text("")
    (engine / "__main__.py").write_text("import sys; print('mine', sys.argv[1:]); sys.exit(7)")
    done = subprocess.run(
        [PYTHON, tmp_path / "xview2_qgis" / "engine_start.py", "a", "b c"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (7, "mine ['a', 'b c']\n")
