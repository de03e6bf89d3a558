"""The project that is open."""

from __future__ import annotations

from typing import cast

from qgis.core import QgsProject


def open_project() -> QgsProject:
    """Return the project that is open; a running QGIS always has one, which its types do not know."""
    return cast(QgsProject, QgsProject.instance())
