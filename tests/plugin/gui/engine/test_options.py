"""The page among QGIS's options shows the same engine as the window, and the same work."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.gui import QgsOptionsPageWidget
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout

from xview2_qgis.gui import windows as windows_module
from xview2_qgis.gui.engine import options
from xview2_qgis.gui.windows import ENGINE, Windows


def test_the_page_of_the_options(interface, project, monkeypatch):
    opened = []
    monkeypatch.setattr(options, "show_handbook", lambda page, _: opened.append(page))
    windows = Windows(interface)
    [factory] = interface.options_factories
    assert factory.title() == "xView2"
    assert not factory.icon().isNull()
    assert windows_module.ENGINE not in windows._made  # QGIS's start needs no page
    box = QDialog()
    widget = factory.createWidget(box)
    QVBoxLayout(box).addWidget(widget)
    assert isinstance(widget, QgsOptionsPageWidget)
    box.show()
    assert widget.page.work is windows.show(ENGINE).work
    widget.help_button.click()
    assert opened == ["engine"]
    widget.apply()
    # the options are closed and opened again
    box.close()
    box.deleteLater()
    QgsApplication.processEvents()
    again = factory.createWidget(None)
    assert again.page.work is windows.show(ENGINE).work
    again.deleteLater()
    windows.unload()
    assert interface.options_factories == []
