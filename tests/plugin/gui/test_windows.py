"""The list of windows: each entry leads to a window and an icon."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from xview2_qgis.gui.plugin_window import PluginWindow
from xview2_qgis.gui.windows import Windows, window_entries
from xview2_qgis.resources.icon_files import icon


@pytest.mark.parametrize("entry", window_entries(), ids=lambda entry: entry.name)
def test_an_entry_is_complete(interface, project, entry):
    assert not icon(entry.icon).pixmap(16, 16).isNull()
    window = entry.make(interface)
    assert isinstance(window, PluginWindow)
    assert window.parent() is interface.window
    assert not window.isVisible()
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
