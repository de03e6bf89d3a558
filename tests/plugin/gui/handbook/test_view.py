"""Without a browser the handbook has a window of its own."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from xview2_qgis.gui.handbook.view import HandbookView, show_handbook


def test_the_browser_shows_it(interface, monkeypatch):
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.fileName()) or True)
    show_handbook("engine", interface.window)
    assert asked == ["engine.html"]
    assert interface.window.findChild(HandbookView) is None


def test_there_is_no_browser(interface, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    show_handbook("engine", interface.window)
    view = interface.window.findChild(HandbookView)
    assert view.isVisible()
    assert "beside QGIS in a Python environment" in view.browser.toPlainText()
    view.browser.setSource(QUrl("assess.html"))  # as a link of the page does it
    assert view.browser.source().fileName() == "assess.html"
    assert "pre-event" in view.browser.toPlainText().lower()
    view.close()
