"""The coordinate reference system of a project that was empty: that of its first image."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QTimer

#: Setting of QGIS: what becomes of the coordinate reference system of a new project.
_SETTING = "app/projections/newProjectCrsBehavior"
_MOMENT_MS = 1000


def take_crs(project: QgsProject, first: QgsMapLayer) -> None:
    """Give a project the coordinate reference system of its first layer, unless the user wants another one there.

    QGIS does so a moment later, if at all, with that of the layer which lies on top then. Of a pair that is the
    post-event image, and if that is in degrees, the map of the other one's metres would be sheared: within that moment
    the change is taken back.
    """
    preset = "preset" in str(QgsSettings().value(_SETTING, "") or "").lower()
    crs, name = first.crs(), first.id()
    if preset or not crs.isValid():
        return

    def keep() -> None:
        if project.mapLayer(name) is not None and project.crs() != crs:
            project.setCrs(crs, True)

    project.setCrs(crs, True)
    project.crsChanged.connect(keep)
    QTimer.singleShot(_MOMENT_MS, lambda: project.crsChanged.disconnect(keep))
