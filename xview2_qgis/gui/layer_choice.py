"""A list of layers that chooses none by itself."""

from __future__ import annotations

from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import QModelIndex
from qgis.PyQt.QtWidgets import QWidget


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
        self.setLayer(None)
        # the project tells of a removal too late: by then the list shows the neighbour
        self.model().rowsAboutToBeRemoved.connect(self._on_removal)

    def _on_removal(self, _: QModelIndex, first: int, last: int) -> None:
        if first <= self.currentIndex() <= last:
            self.setCurrentIndex(0)  # the entry for no layer; QGIS tells nobody
            self.layerChanged.emit(None)
