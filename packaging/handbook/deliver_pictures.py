"""Pictures of what a result becomes for others: the menu *Deliver*, its dialogs, zones, and the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsMapLayerType, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QToolButton

from handbook.camera import shoot

if TYPE_CHECKING:
    from releasing.clicking.user import Steps, User

_PRODUCTS = ("Zones", "Map", "Report", "Publish")
_GRID, _CELL_M = "grid", 60  # of the zones on the picture


def deliver_pictures(user: User, damage: QgsVectorLayer) -> Steps:
    """Open the menu and each of its dialogs, and make zones and a map of a result."""
    user.iface.setActiveLayer(damage)
    button = user.iface.mainWindow().findChild(QToolButton, "xView2Deliver")
    menu = button.menu()
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))
    yield user.pause(1)
    yield from shoot(user, "deliver-menu", menu)
    menu.close()
    for name in _PRODUCTS:
        before = _dialogs()
        menu.findChild(QAction, f"xView2{name}").trigger()
        yield lambda before=before: _dialogs() - before
        [window] = _dialogs() - before
        window.resize(880, 620)
        window.move(20, 20)
        yield user.pause(1.5)
        yield from shoot(user, f"deliver-{name.lower()}", window)
        window.close()
        yield user.pause(0.5)
    yield from _products(user, damage)


def _dialogs() -> set[QDialog]:
    return {each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()}


def _products(user: User, damage: QgsVectorLayer) -> Steps:
    """Make zones and a map by their algorithms, as their dialogs would."""
    import processing

    folder = Path(user.errand["images"])
    processing.run(
        "xview2:map",
        {
            "RESULT": damage,
            "TITLE": "Building damage",
            "DPI": 96,
            "PNG": str(Path(user.errand["folder"], "ready_map.png")),
        },
    )
    for extra in Path(user.errand["folder"]).glob("ready_map.p*w"):
        extra.unlink()
    # photographed by a browser
    page = str(Path(user.errand["folder"], "ready_report.html"))
    processing.run("xview2:report", {"RESULT": damage, "OUTPUT": page})
    done: dict[str, Any] = processing.runAndLoadResults(
        "xview2:zones", {"RESULT": damage, "KIND": _GRID, "CELL_SIZE": _CELL_M, "OUTPUT": str(folder / "zones.gpkg")}
    )
    user.note("zones", output=str(done.get("OUTPUT")))
    for layer in QgsProject.instance().mapLayers().values():
        if layer.type() == QgsMapLayerType.RasterLayer:
            QgsProject.instance().layerTreeRoot().findLayer(layer).setItemVisibilityChecked(False)
    canvas = user.iface.mapCanvas()
    [zones] = [layer for layer in QgsProject.instance().mapLayers().values() if "zones.gpkg" in layer.source()][:1]
    canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(zones, zones.extent()))
    canvas.refresh()
    yield user.pause(1)
    yield lambda: not canvas.isDrawing()
    yield from shoot(user, "zones", user.iface.mainWindow())
