"""The handbook: pages that come with the plugin and are read without a network.

It comes as Markdown, and, in the zips of a release, also as a site for a browser, which is made of that Markdown.
"""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

_PACKAGE = Path(__file__).resolve().parent.parent

#: Where the pages lie: in the plugin, or, where it runs from a checkout, in that.
FOLDER = _PACKAGE / "handbook" if (_PACKAGE / "handbook").is_dir() else _PACKAGE.parent / "docs"

_PLACES = ("handbook", "")
_PICTURES = "_images"  # those of the site, in one folder


def handbook_text(page: str) -> Path:
    """Return the Markdown of a page, for example ``assess``; that of the page map where there is no such page."""
    return _find(page, "md") or FOLDER / "index.md"


def handbook_site(page: str) -> Path | None:
    """Return a page of the site, or None where the plugin was packed without it."""
    return _find(page, "html") or _find("index", "html")


def _find(page: str, ending: str) -> Path | None:
    for place in _PLACES:
        path = FOLDER / place / f"{page}.{ending}"
        if path.is_file():
            return path
    return None


def handbook_picture(path: Path) -> Path:
    """Return where a picture lies that a page of Markdown names: there, or among those of the site."""
    return path if path.is_file() else FOLDER / _PICTURES / path.name


def handbook_url(page: str) -> QUrl:
    """Return the address of a page for a browser, or of its Markdown."""
    return QUrl.fromLocalFile(str(handbook_site(page) or handbook_text(page)))


def open_handbook(page: str) -> bool:
    """Open a page of the site in the user's browser; return whether there is one, and a site."""
    site = handbook_site(page)
    return site is not None and QDesktopServices.openUrl(QUrl.fromLocalFile(str(site)))
