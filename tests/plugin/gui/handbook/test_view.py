"""Without a browser, or without a site for it, the handbook has a window of its own."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QPushButton

from xview2_qgis.gui.handbook.view import HandbookView, show_handbook
from xview2_qgis.resources import handbook


@pytest.fixture
def with_site(tmp_path, monkeypatch):
    """The pages of the plugin beside the pages of a site, as the zips of a release have them."""
    folder = tmp_path / "handbook"
    (folder / "handbook").mkdir(parents=True)
    for name in ("index", "handbook/engine"):
        (folder / f"{name}.md").write_text(f"# {name}\n")
        (folder / f"{name}.html").write_text("<p>a page</p>")
    monkeypatch.setattr(handbook, "FOLDER", folder)


def view_of(interface):
    return interface.window.findChild(HandbookView)


def test_the_browser_shows_the_site(interface, monkeypatch, with_site):
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.fileName()) or True)
    show_handbook("engine", interface.window)
    show_handbook("a page that is not there", interface.window)
    assert asked == ["engine.html", "index.html"]
    assert view_of(interface) is None


def test_there_is_no_browser(interface, monkeypatch, with_site):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    show_handbook("engine", interface.window)
    assert view_of(interface).browser.toPlainText() == "handbook/engine"
    view_of(interface).close()


def test_there_is_no_site(interface, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail("there is nothing to open"))
    monkeypatch.setattr(handbook, "handbook_site", lambda page: None)
    show_handbook("engine", interface.window)
    view = view_of(interface)
    assert view.isVisible()
    assert "beside QGIS in a Python environment" in view.browser.toPlainText()
    view.browser.setSource(QUrl("assess.md"))  # as a link of the page does it
    assert view.browser.source().fileName() == "assess.md"
    assert "pre-event" in view.browser.toPlainText().lower()
    contents, back = (
        next(button for button in view.findChildren(QPushButton) if button.text() == title)
        for title in ("&Contents", "&Back")
    )
    contents.click()
    assert view.browser.source().fileName() == "index.md"
    back.click()
    assert view.browser.source().fileName() == "assess.md"
    view.close()
