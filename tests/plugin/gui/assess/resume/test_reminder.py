"""The reminder when QGIS has started."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QPushButton

from tests.plugin.gui.assess.resume.interrupted_run import interrupt
from xview2_qgis.assessment.request import request_of
from xview2_qgis.assessment.unfinished import forget, remember
from xview2_qgis.gui.assess.unfinished_reminder import remind_of_unfinished_run


def test_the_last_run_is_offered(qgis_app, interface, tmp_path):
    gone_on: list = []
    remind_of_unfinished_run(interface, gone_on.append)
    assert interface.bar.items() == []
    request = request_of({"post": "b.tif", "output": str(tmp_path / "damage.gpkg"), "model": "compact"})
    remember(request.output)
    try:
        run = interrupt(request)
        remind_of_unfinished_run(interface, gone_on.append)
        [item] = interface.bar.items()
        assert "12 of 40 rows of tiles done" in item.text()
        [button] = [button for button in item.findChildren(QPushButton) if button.text() == "Resume"]
        button.click()
        assert gone_on == [run]
    finally:
        forget()
