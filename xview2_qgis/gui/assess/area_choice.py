"""Choosing the area to assess: all that both images cover, the map view, or polygons of a layer."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...layers.extents import extent_file
from ...layers.image_overlap import near_images
from ...layers.polygon_source import vector_source
from ...layers.unusable_layer import UnusableLayerError
from ...results.own_results import is_own_result
from ..layer_choice import LayerChoice


class AreaChoice(QWidget):
    """Three radio buttons, the last with a polygon layer.

    Args:
        canvas: the map whose view can be taken, or None.
        parent: Qt parent.
    """

    def __init__(self, canvas: QgsMapCanvas | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.overlap = QRadioButton(tr("Full overlap of &both images"), self)
        self.view = QRadioButton(tr("Current map canvas &extent"), self)
        self.polygons = QRadioButton(tr("Polygon &layer"), self)
        self.layer = LayerChoice(tr("Choose a layer…"), self)
        self.layer.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.selected_only = QCheckBox(tr("Selected features onl&y"), self)
        self.overlap.setChecked(True)
        self.view.setEnabled(canvas is not None)

        row = QHBoxLayout()
        row.addWidget(self.polygons)
        row.addWidget(self.layer, 1)
        row.addWidget(self.selected_only)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.overlap)
        layout.addWidget(self.view)
        layout.addLayout(row)

        self.layer.layerChanged.connect(self._on_layer)
        self.polygons.toggled.connect(self._on_polygons)
        for changed in (self.layer.model().rowsInserted, self.layer.model().rowsRemoved, self.layer.model().modelReset):
            changed.connect(self._enable)
        self._watched: QgsVectorLayer | None = None
        self._on_layer(self.layer.vector())

    def source(self, folder: Path, images: tuple[QgsRasterLayer, ...]) -> str | None:
        """Return the vector source of the area, or None for everything.

        Args:
            folder: where temporary files may be written.
            images: the images; a map view that shows the whole world is cut to where they are.

        Raises:
            UnusableLayerError: no layer or no feature is chosen, or the map has no CRS.
        """
        if self.view.isChecked() and self._canvas is not None:
            settings = self._canvas.mapSettings()
            # a rotated map shows less than its extent: the visible polygon would be a rare wish, the box is expected
            crs = settings.destinationCrs()
            if not crs.isValid():
                raise UnusableLayerError(tr("The map has no CRS. Choose one for the project, or another area."))
            view = near_images(settings.visibleExtent(), images, crs, QgsProject.instance().transformContext())
            return extent_file(view, crs, folder, "area")
        if self.polygons.isChecked():
            layer = self.chosen_layer()
            if layer is None:
                raise UnusableLayerError(tr("Choose the polygon layer of the area."))
            return vector_source(layer, folder, "area", self.selected_only.isChecked())
        return None

    def chosen_layer(self) -> QgsVectorLayer | None:
        """Return the layer whose polygons are the area, None where the area is something else."""
        return self.layer.vector() if self.polygons.isChecked() else None

    def _on_polygons(self, chosen: bool) -> None:
        if chosen and self.layer.currentLayer() is None:
            self.layer.setLayer(self._proposed())
        self._enable()

    def _proposed(self) -> QgsVectorLayer | None:
        """Return the layer that is most likely meant: one with a selection, else the first; none of earlier results."""
        offered = [self.layer.layer(index) for index in range(1, self.layer.count())]
        foreign = [layer for layer in offered if isinstance(layer, QgsVectorLayer) and not is_own_result(layer)]
        selected = [layer for layer in foreign if layer.selectedFeatureCount()]
        return next(iter([*selected, *foreign]), None)

    def _on_layer(self, layer: QgsVectorLayer | None) -> None:
        if self._watched is not None:
            self._watched.selectionChanged.disconnect(self._enable)
            self._watched.willBeDeleted.disconnect(self._forget)
        self._watched = layer
        if layer is not None:
            layer.selectionChanged.connect(self._enable)
            layer.willBeDeleted.connect(self._forget)
        self._enable()

    def _forget(self) -> None:
        self._watched = None

    def _enable(self, *_: object) -> None:
        layer = self._watched
        offered = self.layer.count() > 1  # the entry for no layer is the first
        self.polygons.setEnabled(offered)
        if not offered and self.polygons.isChecked():
            self.overlap.setChecked(True)
            # of the buttons of a group Qt lets the Tab key reach only the one that had the focus last
            self.overlap.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        chosen = self.polygons.isChecked()
        selected = layer.selectedFeatureCount() if layer is not None else 0
        self.layer.setEnabled(chosen)
        # once ticked it stays so while the selection changes; without a selection the run is refused
        self.selected_only.setEnabled(chosen and (selected > 0 or self.selected_only.isChecked()))
        self.selected_only.setText(
            tr("Selected features onl&y ({})").format(selected) if selected else tr("Selected features onl&y")
        )
