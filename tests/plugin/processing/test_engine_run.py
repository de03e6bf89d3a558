"""The engine run inside an algorithm: what reaches the log and the bar, and how it ends."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from qgis.core import QgsProcessingException

from tests.plugin.recording_feedback import Feedback
from xview2_qgis.engine_process.environment import EngineEnvironment, find_engine
from xview2_qgis.processing.engine_run import EngineRun


class Log(Feedback):
    """Also remembers what is meant for the curious."""

    def __init__(self):
        super().__init__()
        self.console, self.debug = [], []

    def pushConsoleInfo(self, info):  # noqa: N802 - names are QGIS's
        self.console.append(info)

    def pushDebugInfo(self, info):  # noqa: N802
        self.debug.append(info)


@pytest.fixture
def feedback(qgis_app):
    return Log()


@pytest.fixture
def run(fake_engine, feedback, tmp_path):
    """A run of the fake engine that behaves like this."""

    def run(behaviour, environment=None):
        fake_engine(behaviour)
        command = ["assess", f"--output={tmp_path / 'out.gpkg'}"]
        return EngineRun(environment or find_engine(), command, feedback)

    return run


def test_a_good_run(run, feedback, tmp_path):
    result = run("good").result()
    assert (result.output, result.buildings) == (str(tmp_path / "out.gpkg"), 2)
    assert result.counts == {"no-damage": 1, "destroyed": 1}
    assert (result.device, result.precision, result.seconds) == ("cpu", "fp32", 1.5)
    assert os.path.exists(result.output)


def test_stages_percentages_and_warnings(run, feedback):
    run("good").result()
    # a stage is named once, however often it reports
    assert feedback.stages == [
        "Preparing the images",
        "Detecting buildings and damage",
        "Extracting building outlines",
        "Writing the results",
    ]
    assert feedback.percentages == sorted(feedback.percentages)
    assert len(set(feedback.percentages)) >= 6
    assert feedback.percentages[-1] == pytest.approx(100)
    assert feedback.warnings == ["the post-event image is dark"]
    assert feedback.errors == []


@pytest.mark.parametrize("code", ["device-fallback", "batch-halved"])
def test_what_concerns_the_device_is_told_as_a_warning(run, feedback, monkeypatch, code):
    monkeypatch.setenv("FAKE_ENGINE_WARNS", code)
    monkeypatch.setenv("FAKE_ENGINE_SAYS", "cuda does not work and is not used")
    run("good").result()
    assert feedback.warnings == ["cuda does not work and is not used"]


def test_what_libraries_print_is_for_the_curious_and_ends_nothing(run, feedback):
    assert run("garbage").result().buildings == 2
    assert '{"event": "unheard-of"}' in feedback.debug
    assert "[1, 2]" in feedback.debug
    assert feedback.warnings == []


def test_an_error_says_what_to_do(run, feedback):
    with pytest.raises(QgsProcessingException, match=r"^The images do not overlap: choose images of the same place\.$"):
        run("error").result()
    assert feedback.console == []


@pytest.mark.parametrize(
    ("behaviour", "said", "detail"),
    [("crash", "crashed", "about to fall over"), ("traceback", "without a result", "RuntimeError: a bug")],
)
def test_the_details_of_a_fault_are_in_the_log(run, feedback, behaviour, said, detail):
    with pytest.raises(QgsProcessingException, match=said):
        run(behaviour).result()
    assert detail in "\n".join(feedback.console)


def test_an_interpreter_that_is_none(run, tmp_path):
    with pytest.raises(QgsProcessingException, match="cannot be started"):
        run("good", EngineEnvironment(str(tmp_path / "no python"))).result()


def test_a_result_counts_though_the_engine_fell_over_afterwards(run):
    assert run("late-crash").result().buildings == 2


def test_who_cancels_gets_no_result_and_no_error(run, feedback, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_CANCELLED", str(tmp_path / "cancelled"))
    # 3 hundredths are done before the first tile
    feedback.progressChanged.connect(lambda percent: feedback.cancel() if percent > 3 else None)
    assert run("slow").result() is None
    # it was asked, and not just killed
    assert (tmp_path / "cancelled").exists()
    assert not (tmp_path / "out.gpkg").exists()


def test_it_is_made_in_one_thread_and_runs_in_another(run, feedback):
    made = run("good")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threading.get_ident).result(60) != threading.get_ident()
        assert pool.submit(made.result).result(60).buildings == 2
    assert len(feedback.stages) == 4
    assert feedback.warnings == ["the post-event image is dark"]
