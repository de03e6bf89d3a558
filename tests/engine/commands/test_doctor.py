import io
import os
import re
import subprocess
import sys

import onnxruntime
import pytest

from xview2_qgis.engine.commands import doctor
from xview2_qgis.engine.commands.doctor import required_packages
from xview2_qgis.engine.inference import devices as runtime

COMMAND = [sys.executable, "-m", "xview2_qgis.engine", "doctor"]


def test_it_names_what_runs():
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "cpu: runs (CPUExecutionProvider, fp32)" in done.stdout
    for package in required_packages():
        if package != "onnxruntime":
            assert re.search(rf"^{package} \d+\.", done.stdout, re.MULTILINE), package
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        [cuda] = [line for line in done.stdout.splitlines() if line.startswith("cuda: ")]
        assert "the installed engine supports cpu" in cuda  # what is wrong
        assert "install onnxruntime-gpu[cuda,cudnn]" in cuda  # what to do


def test_no_runtime_below_the_bound_is_advised_or_passes_unnoticed(monkeypatch):
    versions = {"onnxruntime-directml": "1.24.4", "numpy": "2.1"}
    monkeypatch.setattr(doctor, "_version", versions.get)
    monkeypatch.setattr(doctor, "_examine_devices", lambda out: 0)
    out = io.StringIO()
    doctor._examine(out)
    assert "onnxruntime-directml 1.24.4 is older than 1.27" in out.getvalue()
    versions["onnxruntime-directml"] = "1.27.0"
    out = io.StringIO()
    doctor._examine(out)
    assert "older than" not in out.getvalue()
    bound = f"onnxruntime-directml {doctor._oldest_runtime()} or newer"
    assert bound in runtime._HOW_TO_GET["directml"]


@pytest.mark.parametrize("module", ["jinja2", "pyogrio", "filelock", "cv2"])
def test_a_package_that_cannot_be_imported_is_named(tmp_path, module):
    (tmp_path / f"{module}.py").write_text(f"raise ModuleNotFoundError('No module named {module}')")
    places = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": places})
    assert done.returncode == 5
    assert f"missing or cannot be loaded: No module named {module}" in done.stdout
    assert "Traceback" not in done.stderr


def test_required_packages_have_no_versions():
    assert {"numpy", "scikit-image", "opencv-python-headless", "onnxruntime"} <= set(required_packages())
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in required_packages())
