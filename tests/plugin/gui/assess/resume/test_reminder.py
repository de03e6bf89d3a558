"""The reminder when QGIS has started."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QPushButton

from tests.plugin.gui.assess.resume.interrupted_run import interrupt
from xview2_qgis.assessment.request import request_of
from xview2_qgis.assessment.unfinished import forget, remember
from xview2_qgis.gui.assess.unfinished_reminder import UnfinishedReminder
from xview2_qgis.gui.windows import Windows


@pytest.fixture
def interrupted(qgis_app, tmp_path):
    """The last run, which is unfinished."""
    request = request_of({"post": "b.tif", "output": str(tmp_path / "damage.gpkg"), "model": "compact"})
    remember(request.output)
    yield interrupt(request)
    forget()


@pytest.fixture
def reminder(interface):
    gone_on: list = []
    reminder = UnfinishedReminder(interface, gone_on.append)
    yield reminder, gone_on
    reminder.withdraw()


def no_task():
    return QgsApplication.taskManager().count() == 0


def test_nothing_is_said_where_there_is_nothing(reminder, interface):
    reminder[0].look()
    assert no_task()
    assert interface.bar.items() == []


def test_the_last_run_is_offered(interrupted, reminder, interface, wait_until):
    reminder, gone_on = reminder
    reminder.look()
    assert interface.bar.items() == []  # nothing is read before the window goes on
    wait_until(lambda: interface.bar.items())
    [item] = interface.bar.items()
    assert "for “damage.gpkg”, 12 of 40 rows of tiles done" in item.text()
    [button] = [button for button in item.findChildren(QPushButton) if button.text() == "Resume"]
    button.click()
    assert gone_on == [interrupted]
    assert interface.bar.items() == []


@pytest.mark.parametrize("shown", [True, False])
def test_no_message_outlives_the_plugin(interrupted, interface, wait_until, shown):
    windows = Windows(interface)
    interface.startup.completed.emit()
    if shown:
        wait_until(lambda: interface.bar.items())
    windows.unload()
    wait_until(no_task)
    assert interface.bar.items() == []
