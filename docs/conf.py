"""Sphinx's settings of the handbook.

The pages are plain Markdown, read as well on a code host and in the viewer that the plugin has in QGIS. So no page
holds a directive of Sphinx: the table of contents is made of the page map, ``index.md``, and links that lead out of
this folder become links into the repository.
"""

import configparser
import re
from pathlib import Path

from sphinx.application import Sphinx

_ROOT = Path(__file__).resolve().parent.parent
_METADATA = configparser.ConfigParser(interpolation=None)
_METADATA.read(_ROOT / "metadata.txt", encoding="utf-8")
_REPOSITORY = _METADATA["general"]["repository"]

project = "xView2 for QGIS"
copyright = "xView2 for QGIS developers, GPL-2.0-or-later"
release = version = _METADATA["general"]["version"]
language = "en"

extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
root_doc = "index"
highlight_language = "none"
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"xView2 for QGIS {release}"
html_favicon = "../icons/xview2.svg"
html_copy_source = False
html_show_sphinx = False
# the pages are read from the disk, where a browser fetches no other page to show what was found in it
html_show_search_summary = False
html_use_index = False
html_domain_indices = False
html_last_updated_fmt = None
html_theme_options = {
    # the fonts of the system: nothing is fetched
    "light_css_variables": {
        "font-stack": "sans-serif",
        "color-brand-primary": "#8f1d14",
        "color-brand-content": "#1c5f93",
    },
    "dark_css_variables": {"color-brand-primary": "#f4a582", "color-brand-content": "#7fc0ee"},
}
copybutton_selector = "div.highlight pre"

linkcheck_timeout = 10
linkcheck_retries = 1
# pages that answer machines with a refusal, and addresses that exist once a release is published
linkcheck_ignore = [rf"{re.escape(_REPOSITORY)}.*", r"http://localhost.*", r"https://xview2\.org.*"]


def contents(page_map: str) -> str:
    """Return hidden tables of contents, one for each heading of the page map, of the pages that are linked below it."""
    found = []
    for section in re.split(r"^## ", page_map, flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        pages = re.findall(r"\]\(([^):#]+)\.md\)", text)
        if pages:
            found.append("\n".join(["```{toctree}", ":hidden:", f":caption: {title.strip()}", "", *pages, "```"]))
    return "\n\n".join(found)


def _outward(match: re.Match[str]) -> str:
    path, anchor = match["path"], match["anchor"] or ""
    return f"]({_REPOSITORY}/{'tree' if (_ROOT / path).is_dir() else 'blob'}/main/{path}{anchor})"


def prepare(app: Sphinx, name: str, source: list[str]) -> None:
    """Complete the text of a page before it is read."""
    del app
    depth = "../" * (name.count("/") + 1)
    source[0] = re.sub(rf"\]\({re.escape(depth)}(?P<path>[\w./-]+)(?P<anchor>#[\w-]+)?\)", _outward, source[0])
    if name == root_doc:
        source[0] += "\n\n" + contents(source[0])


def setup(app: Sphinx) -> None:
    """Join the building."""
    app.connect("source-read", prepare)
