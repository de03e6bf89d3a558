"""What can be done with a damage layer, in its context menu in the list of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMenu

from ..i18n.literal_text import literal
from ..i18n.translation import tr
from ..layers.open_project import open_project
from ..resources.icon_files import icon
from ..results.map_themes import add_themes
from ..results.own_results import damage_layers, is_damage_result
from ..review.damage_layer import is_reviewable
from .deliver.deliver_actions import DeliverActions

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QAction

_MENU = "xView2"


class LayerMenu(QObject):
    """Adds a submenu to the context menu of damage layers, and to that of no other layer.

    Args:
        iface: the running application.
        deliver: opens the dialogs of the products; also the Qt parent.
        show: shows a window of the plugin by its name, and tells it what to do.
    """

    def __init__(self, iface: QgisInterface, deliver: DeliverActions, show: Callable[[str, object], object]) -> None:
        super().__init__(deliver)
        self._iface = iface
        self._show = show
        self._maker = QMenu(iface.mainWindow())  # never shown
        self._review = self._own("LayerReview", "review", tr("Review buildings…"), self._on_review)
        self._all = [
            self._own("LayerConfidence", "confidence", tr("Filter buildings by confidence…"), self._on_filter),
            self._own("LayerThemes", "compare", tr("Add map themes"), self._on_themes),
            *deliver.actions,
        ]
        vector = QgsVectorLayer().type()  # its enumeration moved in QGIS 3.30
        for action in (self._review, *self._all):
            iface.addCustomActionForLayerType(action, _MENU, vector, False)
        project = open_project()
        project.layersAdded.connect(self._on_added)
        self._on_added(damage_layers(project))

    def unload(self) -> None:
        """Take the submenu away."""
        open_project().layersAdded.disconnect(self._on_added)
        for action in (self._review, *self._all):
            self._iface.removeCustomActionForLayerType(action)
        self._maker.deleteLater()

    def _on_added(self, added: Iterable[QgsMapLayer]) -> None:
        for layer in added:
            if not is_damage_result(layer):
                continue
            for action in self._all:
                self._iface.addCustomActionForLayer(action, layer)
            if is_reviewable(layer):
                self._iface.addCustomActionForLayer(self._review, layer)

    def _on_review(self) -> None:
        layer = self._iface.activeLayer()
        if is_reviewable(layer):
            self._show("Review", layer)

    def _on_filter(self) -> None:
        self._show("Confidence", self._iface.activeLayer())

    def _on_themes(self) -> None:
        layer = self._iface.activeLayer()
        if not is_damage_result(layer):
            return
        names = add_themes(open_project(), layer)
        text = tr("Map themes added: {}. They are behind the eye above the list of layers.").format(", ".join(names))
        self._iface.messageBar().pushMessage("xView2", literal(text))

    def _own(self, name: str, picture: str, title: str, action: Callable[[], object]) -> QAction:
        # a menu makes the action: its class moved between the modules of Qt 5 and Qt 6
        entry: QAction = self._maker.addAction(icon(picture), title)
        entry.setObjectName(f"xView2{name}")
        entry.triggered.connect(lambda *_: action())
        return entry
