"""The engine in the window that assesses: its state, and the way to its page."""

from __future__ import annotations

import os

import pytest
from qgis.PyQt.QtWidgets import QPushButton

from xview2_qgis.engine_process.environment import EngineEnvironment, EngineMissingError


@pytest.fixture
def wanted(make_dialog):
    """Make a dialog; return it and the windows that it asks for."""

    def make(*engine):
        dialog, names = make_dialog(*engine), []
        dialog.window_wanted.connect(lambda name, order: names.append((name, order)))
        return dialog, names

    return make


def message_buttons(dialog):
    return [button for button in dialog.notice.findChildren(QPushButton) if button.isVisible()]


def test_a_missing_engine_leads_to_its_page(wanted):
    def missing():
        raise EngineMissingError("No engine.", "Install it.")

    dialog, names = wanted(missing)
    assert dialog.notice.text() == "No engine. Install it."
    assert dialog.engine.state.text() == "Not installed"
    dialog.notice.clear()
    dialog.run()
    assert dialog.task is None
    assert dialog.notice.text() == "No engine. Install it."
    [button] = message_buttons(dialog)
    button.click()
    dialog.engine.button.click()
    assert names == [("Engine", None)] * 2


@pytest.mark.parametrize("behaviour", ["mute", "packages"])
def test_an_engine_that_does_not_work_leads_to_its_page(wanted, fake_engine, wait_until, behaviour):
    fake_engine(behaviour)
    dialog, names = wanted()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    [button] = message_buttons(dialog)
    button.click()
    assert names == [("Engine", None)]
    # it may have been repaired there
    fake_engine("good")
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()


def test_the_state_is_that_of_the_engine(wanted, fake_engine):
    dialog, _ = wanted()
    assert dialog.engine.state.text() == "Another environment"
    assert dialog.engine.state.toolTip() == os.environ["XVIEW2_ENGINE_PYTHON"]


def test_an_engine_that_cannot_start(wanted, wait_until, tmp_path):
    (tmp_path / "python").write_text("no program")
    dialog, _ = wanted(lambda: EngineEnvironment(str(tmp_path / "python")))
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "cannot be started" in dialog.notice.text()
    assert len(message_buttons(dialog)) == 1


def test_other_failures_lead_nowhere(wanted, fake_engine, wait_until):
    fake_engine("error")
    dialog, _ = wanted()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert message_buttons(dialog) == []
