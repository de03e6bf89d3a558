"""The review dock."""

from __future__ import annotations

from qgis.core import QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ..notice import Notice
from ..plugin_dock import PluginDock
from .layer_list import LayerList
from .panel import ReviewPanel
from .panel_entries import panel_entries


class ReviewDock(PluginDock):
    """Shows one building after the other and takes what the reviewer says about it.

    Args:
        iface: the running application.
        parent: Qt parent, the main window.
    """

    HANDBOOK_PAGE = "review"

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(iface, parent)
        self._panels: list[ReviewPanel] = []
        self.setObjectName("xView2ReviewDock")
        self.setWindowTitle(tr("Review buildings"))
        content = QWidget(self)
        self.notice = Notice(content)
        self.layer = LayerList(content)
        self.tabs = QTabWidget(content)
        self._lay_out(content)
        for entry in panel_entries():
            self.add_panel(entry.title, entry.make(iface, self.tabs))
        self.layer.layerChanged.connect(lambda _: self._show_layer())
        self._show_layer()

    def _lay_out(self, content: QWidget) -> None:
        top = QHBoxLayout()
        top.addWidget(self.layer, 1)
        top.addWidget(self.help_button())
        layout = QVBoxLayout(content)
        layout.addWidget(self.notice)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        self.setWidget(content)

    def add_panel(self, title: str, panel: ReviewPanel) -> None:
        """Add a tab.

        Args:
            title: its text.
            panel: what it shows; it is given the layers chosen from now on, and the one chosen now.
        """
        self._panels.append(panel)
        self.tabs.addTab(panel, title)
        panel.written.connect(self._show_layer)
        panel.set_layer(self.layer.damage())

    def bring_up(self) -> None:
        """Show the dock, for the layer that is active if it can be reviewed."""
        self.layer.offer()
        self.layer.choose(self._iface.activeLayer())
        super().bring_up()

    def carry_out(self, order: object) -> None:
        """Review the layer that another window has asked for."""
        if isinstance(order, QgsVectorLayer):
            self.layer.choose(order)

    def shut_down(self) -> None:
        """Leave the layers and the main window."""
        self.layer.shut_down()
        super().shut_down()

    def _show_layer(self) -> None:
        for panel in self._panels:
            panel.set_layer(self.layer.damage())
