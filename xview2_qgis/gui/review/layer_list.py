"""The list of the damage layers that can be reviewed."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsMapLayerProxyModel, QgsVectorLayer
from qgis.PyQt.QtWidgets import QWidget

from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...review.damage_layer import is_reviewable
from ..layer_choice import LayerChoice


class LayerList(LayerChoice):
    """Offers the damage layers of the project that is open, whatever else there is.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("No damage layer"), parent)
        self.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.setAccessibleName(tr("Damage layer"))
        open_project().layersAdded.connect(self.offer)
        self.offer()

    def damage(self) -> QgsVectorLayer | None:
        """Return the chosen layer; None where none is chosen."""
        layer = self.currentLayer()
        return layer if is_reviewable(layer) else None

    def offer(self, _: object = None) -> None:
        """Offer the damage layers that there are now; the only one is chosen by itself."""
        layers = list(open_project().mapLayers().values())
        damage = [layer for layer in layers if is_reviewable(layer)]
        self.setExceptedLayerList([layer for layer in layers if not is_reviewable(layer)])
        if self.damage() is None and len(damage) == 1:
            self.setLayer(damage[0])

    def choose(self, layer: QgsMapLayer | None) -> bool:
        """Choose a layer if it can be reviewed; return whether it can."""
        if not is_reviewable(layer):
            return False
        self.setLayer(layer)
        return True

    def shut_down(self) -> None:
        """Listen to the project no more."""
        open_project().layersAdded.disconnect(self.offer)
