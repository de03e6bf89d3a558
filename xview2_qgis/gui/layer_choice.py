"""A list of layers that chooses none by itself."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import QModelIndex
from qgis.PyQt.QtWidgets import QComboBox, QWidget

_SHORTEST = 18  # letters of a name that are always shown


class LayerChoice(QgsMapLayerComboBox):
    """QGIS's list with an entry for no layer, which is chosen when the chosen layer leaves the project.

    QGIS would go on to the neighbour in the list, and the next run would read another image than the one that was
    meant.

    Args:
        empty: text of the entry for no layer.
        parent: Qt parent.
    """

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAllowEmptyLayer(True, empty)
        self.setCurrentIndex(0)
        # lists take the width of their longest name, and the form with it
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        # the project's own signal of a removal comes too late: by then the list shows the neighbour
        self.model().rowsAboutToBeRemoved.connect(self._on_removal)

    def raster(self) -> QgsRasterLayer | None:
        """Return the chosen layer if it is a raster layer."""
        layer = self.currentLayer()
        return layer if isinstance(layer, QgsRasterLayer) else None

    def vector(self) -> QgsVectorLayer | None:
        """Return the chosen layer if it is a vector layer."""
        layer = self.currentLayer()
        return layer if isinstance(layer, QgsVectorLayer) else None

    def setLayer(self, layer: QgsMapLayer | None) -> None:  # noqa: N802 - name is QGIS's
        """Choose a layer, or the entry for no layer: QGIS itself would show a blank list then."""
        if layer is not None:
            super().setLayer(layer)
        elif self.currentIndex() != 0:
            self._choose_none()

    def _on_removal(self, _: QModelIndex, first: int, last: int) -> None:
        if first <= self.currentIndex() <= last:
            self._choose_none()

    def _choose_none(self) -> None:
        self.setCurrentIndex(0)  # QGIS emits no signal for it
        self.layerChanged.emit(None)
