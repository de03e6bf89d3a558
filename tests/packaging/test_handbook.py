"""The handbook: well-formed pages whose links lead somewhere, nothing from the network, and all of it in the plugin."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script

FOLDER = ROOT / "xview2_qgis" / "handbook"
PAGES = sorted(FOLDER.glob("*.html"))
#: Elements without an end tag.
EMPTY = {"meta", "link", "br", "hr", "img"}


class Page(HTMLParser):
    """What a page refers to and says; its elements must be closed in order."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.text, self._open = [], "", []
        self.feed(path.read_text(encoding="utf-8"))
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        if tag not in EMPTY:
            self._open.append(tag)
        self.targets += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_to_files_beside_the_page(path):
    page = Page(path)
    names = {file.name for file in FOLDER.iterdir()}
    assert set(page.targets) <= names
    # each page leads to each other one, and says more than its navigation
    assert {other.name for other in PAGES} <= set(page.targets)
    assert len(page.text.split()) > 100


def test_the_plugin_brings_all_pages():
    shipped = {str(file.name) for file in script("plugin_archive").plugin_files(ROOT)}
    files = {f"xview2_qgis/handbook/{file.name}" for file in FOLDER.iterdir()}
    assert len(files) > 8
    assert files <= shipped


def test_figures_are_those_of_the_model():
    """The limits quote the summary of the default model."""
    summary = json.loads((ROOT / "xview2_qgis/models/compact/model.json").read_text(encoding="utf-8"))["summary"]
    figures = re.findall(r"of 100 [a-z ]+ (\d+)", summary)
    assert len(figures) == 2
    assert re.findall(r"of 100 [a-z ]+ (\d+)", Page(FOLDER / "limits.html").text) == figures
