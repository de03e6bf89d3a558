"""The handbook's viewer: tables, pictures that fit, links to headings, and every page of the handbook."""

from __future__ import annotations

import re

import pytest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QImage, QTextDocument

from xview2_qgis.gui.handbook.browser import HandbookBrowser, heading_name
from xview2_qgis.resources import handbook

PAGES = sorted(handbook.FOLDER.rglob("*.md"))


@pytest.fixture
def browser(interface):
    browser = HandbookBrowser(interface.window)
    browser.resize(600, 300)
    yield browser
    browser.deleteLater()


def show(browser, path, heading=""):
    address = QUrl.fromLocalFile(str(path))
    address.setFragment(heading)
    browser.setSource(address)


def test_the_plugin_has_pages():
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_is_shown_with_its_pictures(browser, page):
    show(browser, page)
    shown = browser.toPlainText()
    assert len(shown.split()) > 60
    # what Qt does not read as Markdown stays as it was typed
    assert not re.search(r"^\| ---|^#{1,4} |\]\(", shown, re.MULTILINE)
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        image = browser.loadResource(QTextDocument.ResourceType.ImageResource, QUrl(target))
        assert isinstance(image, QImage)
        assert 0 < image.width() <= 600


def test_a_link_to_a_heading_is_followed(browser, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n" + "text\n\n" * 60 + "## What is, and isn't\n\n" + "more\n\n" * 60)
    show(browser, page)
    assert browser.verticalScrollBar().value() == 0
    show(browser, page, "what-is-and-isnt")
    assert browser.textCursor().block().text() == "What is, and isn't"


def test_headings_are_named_as_code_hosts_name_them():
    assert heading_name("Test, update, repair, remove") == "test-update-repair-remove"
    assert heading_name("`compact-int8`: how far?") == "compact-int8-how-far"


def test_pictures_of_the_site_serve_the_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(handbook, "FOLDER", tmp_path)
    beside = tmp_path / "a.png"
    beside.write_bytes(b"")
    assert handbook.handbook_picture(beside) == beside
    assert handbook.handbook_picture(tmp_path / "images" / "b.png") == tmp_path / "_images" / "b.png"
