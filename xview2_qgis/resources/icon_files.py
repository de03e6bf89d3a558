"""Icons, loaded from their files."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon


def icon_path(name: str) -> str:
    """Return the path of an icon, for example ``xview2``.

    An installed plugin has the folder ``icons`` inside the package, a checkout has it beside the package.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "icons", package.parent / "icons"):
        path = folder / f"{name}.svg"
        if path.is_file():
            return str(path)
    return ""


def icon(name: str) -> QIcon:
    """Return an icon; an empty one when the file is missing."""
    return QIcon(icon_path(name))
