"""The actions that make a product of a result: one button with a menu in the toolbar, the same in the Raster menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsMapLayer, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QDialog, QMenu, QToolBar, QToolButton, QWidget

from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...resources.icon_files import icon
from ...results.own_results import damage_layers, is_damage_result
from .algorithm_window import open_algorithm
from .products import RESULT_PARAMETER, Product, products
from .proposed_outputs import proposed_outputs

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QAction

_MESSAGE_S = 15


class DeliverActions(QObject):
    """Opens the dialogs of the products for the active result, else for the topmost one.

    Attributes:
        menu: the menu of the products, for other places that offer them.
        actions: one for each product, in its order.

    Args:
        iface: the running application.
        toolbar: where the button goes; also the Qt parent.
    """

    def __init__(self, iface: QgisInterface, toolbar: QToolBar) -> None:
        super().__init__(toolbar)
        self._iface = iface
        self._windows: dict[int, QDialog] = {}
        self.menu = QMenu(toolbar)
        self.actions: tuple[QAction, ...] = tuple(self._add(product) for product in products())
        self.menu.aboutToShow.connect(self._offer)
        button = QToolButton(toolbar)
        button.setObjectName("xView2Deliver")
        button.setIcon(icon("deliver"))
        button.setText(tr("Deliver"))
        button.setToolTip(tr("Deliver: zones, map, report, files for others"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.menu)
        toolbar.addWidget(button)

    def open(self, product: Product, layer: QgsMapLayer | None = None) -> None:
        """Open the dialog of a product.

        Args:
            product: what is to be made.
            layer: the result; the active one, else the topmost one where it is None or no result.
        """
        chosen = layer if is_damage_result(layer) else self._result()
        if chosen is None:
            self._say(tr("There is no damage layer in this project yet."))
            return
        values = {RESULT_PARAMETER: chosen.id(), **proposed_outputs(product, chosen)}
        window = open_algorithm(product.algorithm, values, self._window()) if product.is_there else None
        if window is not None:
            self._keep(window)
        else:
            self._say(tr("Switch on the plugin Processing of QGIS first: Plugins › Manage and Install Plugins."))

    def pop_up(self) -> None:
        """Show the menu where the mouse is."""
        self.menu.popup(QCursor.pos())

    def _keep(self, window: QDialog) -> None:
        """Hold a window until it is gone: its Python half, which does what *Run* says, would go at once otherwise."""
        key = id(window)
        self._windows[key] = window
        window.destroyed.connect(lambda *_: self._windows.pop(key, None))

    def _offer(self) -> None:
        """Show what can be made now: Processing may have been switched off, or on."""
        for product, action in zip(products(), self.actions):
            action.setVisible(product.is_there)

    def _result(self) -> QgsVectorLayer | None:
        active = self._iface.activeLayer()
        if is_damage_result(active):
            return active
        return next(iter(damage_layers(open_project())), None)

    def _window(self) -> QWidget | None:
        window: QWidget | None = self._iface.mainWindow()
        return window

    def _say(self, text: str) -> None:
        self._iface.messageBar().pushMessage("xView2", literal(text), Qgis.MessageLevel.Warning, _MESSAGE_S)

    def _add(self, product: Product) -> QAction:
        action: QAction = self.menu.addAction(icon(product.icon), product.title)
        action.setObjectName(f"xView2{product.name}")
        action.triggered.connect(lambda *_: self.open(product))
        return action
