"""The staged plugin under ``qgis_process``: what scripts and ``make demo`` use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.packaging.scripts import script
from tests.plugin.conftest import ROOT

# the script of Debian 12's own QGIS 3.22 hands the program an option that it does not know
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not installed")


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """The plugin as it is packed, in a folder of its own."""
    folder = tmp_path_factory.mktemp("plugins")
    script("plugin_archive").stage(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def qgis_process(plugins, profile, fake_engine):
    """Run ``qgis_process`` with the plugin enabled, in a profile of its own."""

    def run(*arguments):
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QGIS_PLUGINPATH": str(plugins),
            "QGIS_CUSTOM_CONFIG_PATH": str(profile),
            "XDG_CONFIG_HOME": str(profile / "config"),
            "XDG_DATA_HOME": str(profile / "data"),
        }
        return subprocess.run(
            [PROGRAM, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    enabled = run("plugins", "enable", "xview2_qgis")
    assert "xview2_qgis" in enabled.stdout, enabled.stdout + enabled.stderr
    return run


def test_run(qgis_process, image_pair, tmp_path):
    output = tmp_path / "out.gpkg"
    done = qgis_process(
        "--json", "run", "xview2:assess", f"--PRE={image_pair[0]}", f"--POST={image_pair[1]}", f"--OUTPUT={output}",
        "--DEVICE=cpu",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)["results"]
    assert results["OUTPUT"] == f"{output}|layername=damage"
    assert results["BUILDINGS"] == 2
    assert output.is_file()


def test_error(qgis_process, fake_engine, image_pair, tmp_path):
    fake_engine("error")
    done = qgis_process(
        "run", "xview2:assess", f"--PRE={image_pair[0]}", f"--POST={image_pair[1]}", f"--OUTPUT={tmp_path / 'o.gpkg'}"
    )
    assert done.returncode != 0
    assert "The images do not overlap: choose images of the same place." in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
