"""The coordinate reference system of a project that was empty: that of its first image."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProject, QgsSettings

#: Setting of QGIS: what becomes of the coordinate reference system of a new project.
_SETTING = "app/projections/newProjectCrsBehavior"


def take_crs(project: QgsProject, first: QgsMapLayer) -> None:
    """Give a project the coordinate reference system of its first layer, unless the user wants another one there.

    QGIS does so itself only where nothing has been on the map since it was started.
    """
    preset = "preset" in str(QgsSettings().value(_SETTING, "") or "").lower()
    if first.crs().isValid() and not preset:
        project.setCrs(first.crs(), True)
