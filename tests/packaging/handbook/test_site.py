"""The handbook's site: built strictly, read without a network, small, and in the plugin where it was built."""

import re
import shutil
from html.parser import HTMLParser

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script
from tests.packaging.test_publishing import secrets

#: Of the site with all its pictures, in bytes.
LARGEST_BYTES = 3_500_000


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built as `make handbook` does: what Sphinx warns of is an error, links and anchors that lead nowhere among it."""
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("handbook") / "site"
    script("handbook.building").build_site(ROOT, folder)
    return folder


class Loaded(HTMLParser):
    """What a page loads by itself, and where its links lead."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.links = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("img", "script") and values.get("src"):
            self.loads.append(values["src"])
        if tag == "link" and values.get("href"):
            self.loads.append(values["href"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])


def test_nothing_comes_from_the_network(site):
    for page in site.rglob("*.html"):
        loaded = Loaded(page)
        for target in loaded.loads:
            assert ":" not in target.replace("data:", ""), (page.name, target)
            if not target.startswith(("data:", "#")):
                assert (page.parent / re.sub(r"[?#].*", "", target)).is_file(), (page.name, target)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?https?:", sheet.read_text(encoding="utf-8"))


def test_links_lead_to_pages(site):
    for page in site.rglob("*.html"):
        for target in Loaded(page).links:
            if ":" not in target and not target.startswith("#"):
                assert (page.parent / target.partition("#")[0]).is_file(), (page.name, target)


def test_it_can_be_searched_and_is_small(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"index.html", "search.html", "searchindex.js"} <= names
    assert not {path.suffix for path in files} & {".map", ".woff", ".woff2", ".ttf", ".inv"}
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES


def test_the_plugin_repository_would_take_it(site):
    assert secrets(site) == {}
    kinds = script("plugin_archive").KINDS
    assert {path.suffix for path in site.rglob("*") if path.is_file()} <= {*kinds}
    assert str(ROOT) not in "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))


@pytest.fixture
def checkout(tmp_path):
    """The files that the plugin and its handbook are made of."""
    for name in ("docs", "icons", "xview2_qgis"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.onnx"))
    for name in ("metadata.txt", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_the_plugin_brings_the_pages_and_the_site_of_just_these_pages(checkout):
    pages, archive = script("handbook.pages"), script("plugin_archive")

    def shipped():
        names = {file.name.as_posix().partition("xview2_qgis/")[2] for file in archive.plugin_files(checkout)}
        return {name for name in names if name.startswith("handbook/")}

    bare = shipped()
    assert {"handbook/index.md", "handbook/handbook/assess.md", "handbook/command-line.md"} <= bare
    assert any(name.startswith("handbook/images/") for name in bare)
    assert not any(name.endswith((".html", ".py")) for name in bare)

    built = checkout / pages.SITE
    (built / "handbook").mkdir(parents=True)
    (built / "handbook" / "assess.html").write_text("a page")
    (built.parent / pages.STAMP).write_text(pages.pages_digest(checkout))
    assert "handbook/handbook/assess.html" in shipped()
    assert not any(name.startswith("handbook/images/") for name in shipped())  # the site has them

    (checkout / "docs" / "index.md").write_text("# Another\n")
    assert shipped() == bare
