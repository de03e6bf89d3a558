"""The list of windows: each entry leads to a window and an icon."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QDialogButtonBox, QToolButton

from xview2_qgis.gui import plugin_dock, plugin_window
from xview2_qgis.gui.plugin_dock import PluginDock
from xview2_qgis.gui.plugin_window import PluginWindow
from xview2_qgis.gui.windows import Windows, window_entries
from xview2_qgis.resources.handbook import handbook_text
from xview2_qgis.resources.icon_files import icon


@pytest.mark.parametrize("entry", window_entries(), ids=lambda entry: entry.name)
def test_an_entry_is_complete(interface, project, entry):
    assert not icon(entry.icon).pixmap(16, 16).isNull()
    window = entry.make(interface)
    assert isinstance(window, (PluginWindow, PluginDock))
    assert window.parent() is interface.window
    assert not window.isVisible()
    assert handbook_text(window.HANDBOOK_PAGE).stem == window.HANDBOOK_PAGE
    window.shut_down()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("entry", window_entries(), ids=lambda entry: entry.name)
def test_help_by_button_and_by_key(interface, project, monkeypatch, entry):
    opened = []
    for module in (plugin_window, plugin_dock):
        monkeypatch.setattr(module, "show_handbook", lambda page, _: opened.append(page))
    window = entry.make(interface)
    [help_button] = window.findChildren(QToolButton, "xView2Help") or [
        button
        for box in window.findChildren(QDialogButtonBox)
        if (button := box.button(QDialogButtonBox.StandardButton.Help)) is not None
    ]
    help_button.click()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(window, key)
    assert opened == [window.HANDBOOK_PAGE] * 2
    window.shut_down()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_window_is_made_once(interface, project):
    windows = Windows(interface)
    [first, *_] = window_entries()
    window = windows.show(first.name)
    window.close()
    assert windows.show(first.name) is window
    assert window.isVisible()
    windows.unload()
    assert interface.menu_actions == []
