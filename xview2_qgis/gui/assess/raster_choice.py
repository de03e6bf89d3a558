"""Choosing an image: a raster layer of the project, or a file that becomes one."""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsMapLayerProxyModel, QgsProviderRegistry, QgsRasterLayer, QgsSettings
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QWidget

from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...layers.project_crs import take_crs
from ...results.own_results import first_index_below_results
from ..layer_choice import LayerChoice

_LAST_FOLDER = "xview2/last_image_folder"


class RasterChoice(QWidget):
    """A list of the project's raster layers with a button that adds a file.

    Signals:
        changed: another layer was chosen.
        rejected: the file of this name is no raster.

    Args:
        title: title of the file dialog.
        parent: Qt parent.
        none: text of an entry that leaves the image away, empty for none.
    """

    changed = pyqtSignal()
    rejected = pyqtSignal(str)

    def __init__(self, title: str, parent: QWidget | None = None, none: str = "") -> None:
        super().__init__(parent)
        self._title = title
        self._combo = LayerChoice(tr("Choose a layer…"), self)
        self._combo.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        if none:
            self._combo.setAdditionalItems([none])
        self._combo.setAccessibleName(title)
        self._combo.layerChanged.connect(self._on_layer)
        self.setFocusProxy(self._combo)
        button = QToolButton(self)
        button.setText("…")
        button.setToolTip(tr("Open an image file; it is added to the project"))
        button.setAccessibleName(f"{title} (…)")
        button.clicked.connect(self._ask_for_file)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._combo, 1)
        layout.addWidget(button)

    def layer(self) -> QgsRasterLayer | None:
        """Return the chosen layer."""
        return self._combo.raster()

    @property
    def left_away(self) -> bool:
        """Whether the image is left away on purpose; an image that is not chosen yet is not."""
        return self._combo.currentIndex() > 0 and self._combo.currentLayer() is None

    def leave_away(self) -> None:
        """Choose the entry that leaves the image away."""
        self._combo.setCurrentIndex(self._combo.count() - 1)
        self._combo.layerChanged.emit(None)  # QGIS emits no signal for it

    def set_layer(self, layer: QgsRasterLayer | None) -> None:
        """Choose a layer."""
        self._combo.setLayer(layer)

    def add_file(self, path: str) -> bool:
        """Add an image file to the project and choose it; return whether it is a raster."""
        layer = QgsRasterLayer(path, Path(path).stem, "gdal")
        if not layer.isValid():
            self.rejected.emit(path)
            return False
        project = open_project()
        if not project.mapLayers():
            take_crs(project, layer)
        project.addMapLayer(layer, False)
        # QGIS would put it above the active layer, inside the group of an earlier result if that is active
        project.layerTreeRoot().insertLayer(first_index_below_results(project), layer)
        self.set_layer(layer)
        return True

    def open_file(self, path: Path) -> bool:
        """Choose an image file, as the layer that the project has of it or as a new one; return whether it is one."""
        for layer in open_project().mapLayers().values():
            if isinstance(layer, QgsRasterLayer) and os.path.realpath(layer.source()) == os.path.realpath(path):
                self.set_layer(layer)
                return True
        return self.add_file(str(path))

    def _on_layer(self, _: object) -> None:
        self.changed.emit()

    def _ask_for_file(self) -> None:
        settings = QgsSettings()
        path, _ = QFileDialog.getOpenFileName(
            self,
            self._title,
            str(settings.value(_LAST_FOLDER, "") or ""),
            QgsProviderRegistry.instance().fileRasterFilters(),
        )
        if path:
            settings.setValue(_LAST_FOLDER, str(Path(path).parent))
            self.add_file(path)
