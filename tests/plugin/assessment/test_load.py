"""Some assessments one after the other and at once, with the real engine: a sample of ``make load``."""

from __future__ import annotations

import os
import subprocess
from collections import Counter

import pytest

from tests.load.assessments import Assessments
from tests.load.drawn_town import draw_town
from tests.load.own_process import AVAILABLE, children, memory_mb, open_files
from tests.plugin.conftest import ROOT
from xview2_qgis.engine_process.environment import EngineEnvironment

# read here, because the other tests take the variable away
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")

pytestmark = [
    pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment"),
    pytest.mark.skipif(not AVAILABLE, reason="memory and handles are read from /proc"),
]

#: A run keeps 20 kB of events; QGIS's own caches fill in the first runs.
_GROWTH_MB = 20.0


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "tiny"
    words = [PYTHON, "-m", "tests.engine.tiny_bundle", str(folder), "--tile-size", "128", "--overlap", "16"]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return str(folder)


@pytest.fixture
def session(qgis_app, project, model, tmp_path):
    (tmp_path / "out").mkdir()
    return Assessments(draw_town(tmp_path), model, EngineEnvironment(PYTHON), tmp_path / "out")


def test_nothing_of_an_assessment_stays_in_qgis(session):
    for number in range(3):
        [outcome] = session.run([f"first-{number}.gpkg"])
        assert session.show(f"first-{number}.gpkg", outcome) == 2
    handles, memory, processes = open_files(), memory_mb(), children()
    for number in range(4):
        [outcome] = session.run([f"second-{number % 2}.gpkg"])
        assert session.show(f"second-{number % 2}.gpkg", outcome) == 2
    # what earlier tests left behind may go meanwhile
    assert Counter(open_files()) - Counter(handles) == Counter()
    assert children() == processes
    assert memory_mb() - memory < _GROWTH_MB


def test_several_at_once_end_right_and_one_file_belongs_to_one(session, tmp_path):
    names, processes = ["a.gpkg", "b.gpkg", "a.gpkg"], children()
    outcomes = session.run(names)
    done = [outcome for outcome in outcomes if outcome.result is not None]
    refused = [outcome.failure.code for outcome in outcomes if outcome.failure is not None]
    assert len(done) + len(refused) == 3
    assert set(refused) <= {"output-locked", "output-changed"}
    for name, outcome in zip(names, outcomes):  # noqa: B905 - Python 3.9
        assert outcome.result is None or session.show(name, outcome) == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.gpkg", "b.gpkg"]
    assert children() == processes
