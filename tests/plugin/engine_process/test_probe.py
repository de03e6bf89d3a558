from __future__ import annotations

import os
import re
import sys
import time

import pytest

from tests.plugin.conftest import ROOT
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.engine_process.probe import MODULES, OLDEST_PYTHON, EngineProbe

# read here, because the other tests take the variable away
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")


@pytest.fixture
def probe(qgis_app, wait_until):
    """Try an interpreter; return what is wrong with it."""

    def probe(interpreter, **options):
        trial = EngineProbe(EngineEnvironment(str(interpreter)), **options)
        answers = []
        trial.finished.connect(answers.append)
        trial.start()
        wait_until(lambda: answers, 60)
        [answer] = answers
        return answer

    return probe


@pytest.fixture
def program(tmp_path):
    """Write a program that takes the place of an interpreter."""

    def program(text):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    return program


@pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment")
def test_the_environment_of_the_engine(probe):
    assert probe(PYTHON) == ""


def test_packages_are_missing(probe):
    problem = probe(sys.executable)  # that of QGIS
    assert problem.startswith("Missing packages: ")
    assert "rasterio" in problem
    assert "onnxruntime" in problem
    # nothing is to be installed into it
    assert "pip" not in problem
    assert "Install…" in problem
    assert sys.executable not in problem


def test_a_package_that_does_not_load(probe, program, tmp_path, monkeypatch):
    for name in MODULES:
        module = tmp_path / f"{name.replace('.', '/')}.py"
        module.parent.mkdir(exist_ok=True)
        module.write_text("raise OSError('no such DLL')" if name == "rasterio" else "")
    python = program(f"until [ \"$1\" = -c ]; do shift; done; PYTHONPATH='{tmp_path}' exec '{sys.executable}' \"$@\"")
    assert probe(python) == "Its package rasterio does not load: OSError: no such DLL"


def test_too_old(probe, program):
    old = '{"python": [3, 8, 10], "missing": [], "broken": {}}'
    assert probe(program(f"echo '{old}'")) == "It is Python 3.8.10; the engine needs 3.11 or newer."


@pytest.mark.parametrize(
    "text",
    [
        "echo hello", "echo '{}'", "echo '[]'", "exit 1", "kill -SEGV $$",
        """echo '{"python": ["a", 3], "missing": [], "broken": {}}'""",
        """echo '{"python": [3, 12, 0], "missing": 5, "broken": {}}'""",
    ],
)  # fmt: skip
def test_another_program(probe, program, text):
    assert "Not a Python" in probe(program(text))


def test_no_program(probe, tmp_path):
    (tmp_path / "text").write_text("nothing to run")
    assert "cannot be started" in probe(tmp_path / "text")
    assert "cannot be started" in probe(tmp_path / "missing")


def test_no_answer(probe, program):
    started = time.monotonic()
    assert "did not answer" in probe(program("exec sleep 60"), limit_s=0.3)
    assert time.monotonic() - started < 10


def test_stop(qgis_app, program, wait_until):
    trial = EngineProbe(EngineEnvironment(str(program("exec sleep 60"))))
    answers = []
    trial.finished.connect(answers.append)
    trial.start()
    trial.stop()
    assert answers == []


def test_it_looks_for_what_is_declared():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    blocks = re.findall(r"^engine(?:-base)? = \[.*?\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    imported_as = {
        "opencv-python-headless": "cv2", "scikit-image": "skimage", "pyyaml": "yaml", "arro3-core": "arro3.core",
        "arro3-io": "arro3.io",
    }  # fmt: skip
    declared = re.findall(r'^\s*"([A-Za-z0-9-]+)', "".join(blocks), re.MULTILINE)
    declared.remove("xview2-qgis")  # the first within the second
    assert {imported_as.get(name, name) for name in declared} == set(MODULES)
    oldest = re.search(r'requires-python = ">=(\d+)\.(\d+)"', text).groups()
    assert tuple(map(int, oldest)) == OLDEST_PYTHON
