"""What is seen of a run: bar, stage, time left and log."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QToolButton

from xview2_qgis.assessment.progress import RunProgress
from xview2_qgis.gui.assess import progress_panel
from xview2_qgis.gui.assess.progress_panel import ProgressPanel
from xview2_qgis.protocol.events import Progress


@pytest.fixture
def clock(monkeypatch):
    """The time, which only goes on when a test says so."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(progress_panel, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def panel(qgis_app, clock):
    panel = ProgressPanel()
    panel.show()
    yield panel
    panel.deleteLater()


def ticks(panel):
    """The timer that counts down."""
    [timer] = panel.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return timer


def progress(percent, stage="infer", seconds_left=None):
    state = RunProgress()
    state.percent, state.stage, state.seconds_left = percent, stage, seconds_left
    return state


def test_a_run_that_has_said_nothing_yet(panel):
    panel.add_line("of the run before")
    panel.begin()
    # a bar without an end moves by itself
    assert (panel.bar.minimum(), panel.bar.maximum()) == (0, 0)
    assert panel.stage.text() == "Starting the engine…"
    assert panel.time_left.text() == ""
    assert panel.log.toPlainText() == ""


def test_progress(panel):
    panel.begin()
    state = RunProgress()
    state.update(Progress("infer", 1, 4, 90.0))
    panel.show_progress(state)
    # 3 hundredths before, and a quarter of 85; then 90 s of the stage and 12/85 of its 120 s
    assert (panel.bar.value(), panel.bar.maximum()) == (24, 100)
    assert panel.stage.text() == "Detecting buildings and damage"
    assert panel.time_left.text() == "about 2 min left"


@pytest.mark.parametrize(("percent", "shown"), [(0.0, 0), (0.4, 0), (99.6, 100), (100.0, 100)])
def test_percentages_are_rounded(panel, percent, shown):
    panel.show_progress(progress(percent))
    assert panel.bar.value() == shown


def test_a_stage_of_a_newer_engine_is_called_as_it_calls_it(panel):
    panel.show_progress(progress(50, "polish"))
    assert panel.stage.text() == "polish"


def test_the_time_left_is_counted_down_between_two_reports(panel, clock, wait_until):
    panel.begin()
    panel.show_progress(progress(50, seconds_left=50.0))
    assert panel.time_left.text() == "about 50 s left"
    assert ticks(panel).isActive()
    ticks(panel).setInterval(1)
    clock.now += 20
    wait_until(lambda: panel.time_left.text() == "about 30 s left")
    # an estimate that was too short does not go below nothing
    clock.now += 500
    wait_until(lambda: panel.time_left.text() == "about 1 s left")
    # the next report counts, and it may not know
    panel.show_progress(progress(60, seconds_left=40.0))
    assert panel.time_left.text() == "about 40 s left"
    panel.show_progress(progress(70))
    assert panel.time_left.text() == ""


def test_who_cancels_is_told_no_time(panel):
    panel.begin()
    panel.show_progress(progress(50, seconds_left=50.0))
    panel.show_cancelling()
    assert panel.stage.text().startswith("Cancelling")
    assert panel.time_left.text() == ""
    assert panel.bar.value() == 50


@pytest.mark.parametrize(("complete", "percent"), [(True, 100), (False, 0)])
@pytest.mark.parametrize("silent", [True, False])
def test_the_end(panel, complete, percent, silent):
    panel.begin()
    if not silent:
        panel.show_progress(progress(50, seconds_left=50.0))
    panel.end("Over", complete)
    assert (panel.bar.value(), panel.bar.maximum()) == (percent, 100)
    assert (panel.stage.text(), panel.time_left.text()) == ("Over", "")
    assert not ticks(panel).isActive()
    # a full or empty bar would go on looking like a run
    assert not panel.bar.isVisible()
    panel.begin()
    assert panel.bar.isVisible()


def test_a_run_is_forgotten(panel):
    panel.begin()
    panel.add_line("a line")
    panel.open_log()
    panel.end("Over", True)
    panel.reset()
    assert (panel.stage.text(), panel.log.toPlainText()) == ("", "")
    assert not panel.log.isVisible()


def test_the_log_is_opened_by_hand_or_when_it_matters(panel):
    details = panel.findChild(QToolButton)
    assert not panel.log.isVisible()
    details.click()
    assert panel.log.isVisible()
    details.click()
    assert not panel.log.isVisible()
    panel.open_log()
    panel.open_log()
    assert panel.log.isVisible()
    assert details.isChecked()


def test_the_log_keeps_the_last_lines_as_they_are(panel):
    panel.add_line("<b>no markup</b> & more")
    assert re.fullmatch(r"\d\d:\d\d:\d\d  <b>no markup</b> & more", panel.log.toPlainText())
    for number in range(3000):
        panel.add_line(f"line {number}")
    lines = panel.log.toPlainText().splitlines()
    assert len(lines) <= 2000
    assert lines[-1].endswith("  line 2999")
    assert panel.log.isReadOnly()
