"""The managed folder of the plugin, empty for each test, and an engine whose answers a test chooses."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from xview2_qgis.engine_process.environment import managed_folder

#: What ``doctor`` says of an engine that works, in short.
DOCTOR = "Python 3.11.2\ncpu: runs (CPUExecutionProvider, fp32)\ncuda: device cuda is not available"


@pytest.fixture(autouse=True)
def managed(qgis_app):
    """An empty folder of the plugin in the profile."""
    folder = managed_folder().parent
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class ToyEnvironment:
    """An environment whose Python answers as a test wants."""

    folder: Path

    @property
    def python(self):
        return self.folder / "bin" / "python"


@pytest.fixture
def environment(tmp_path):
    """Make environments: what they lack, how ``doctor`` ends, and whether ``demo`` writes something."""

    def make(missing=(), doctor=0, demo=True):
        folder = tmp_path / f"environment {len(list(tmp_path.iterdir()))}"
        (folder / "bin").mkdir(parents=True)
        probe = json.dumps({"python": [3, 11, 2], "missing": list(missing), "broken": {}})
        touch = 'mkdir -p "$last" && touch "$last/pre.tif" "$last/post.tif" "$last/truth.gpkg"'
        demo_program = touch if demo else "echo 'error: the disk is full: free space' >&2; exit 5"
        (folder / "bin" / "python").write_text(
            f"""#!/bin/sh
for last in "$@"; do :; done
case " $* " in
  *' -c '*) echo '{probe}' ;;
  *' doctor '*) echo '{DOCTOR if doctor == 0 else "onnxruntime MISSING"}'; exit {doctor} ;;
  *' demo '*) {demo_program} ;;
esac
"""
        )
        os.chmod(folder / "bin" / "python", 0o755)
        return ToyEnvironment(folder)

    return make
