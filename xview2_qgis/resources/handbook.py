"""The handbook: pages that come with the plugin and are read without a network."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

#: Where the pages lie.
FOLDER = Path(__file__).resolve().parent.parent / "handbook"


def handbook_file(page: str) -> Path:
    """Return the file of a page, for example ``assess``."""
    return FOLDER / f"{page}.html"


def handbook_url(page: str) -> QUrl:
    """Return the address of a page."""
    return QUrl.fromLocalFile(str(handbook_file(page)))


def open_handbook(page: str) -> bool:
    """Open a page in the user's browser; return whether there is one."""
    return QDesktopServices.openUrl(handbook_url(page))
