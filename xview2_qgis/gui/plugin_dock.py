"""The base of the plugin's panels beside the map."""

from __future__ import annotations

from typing import ClassVar

from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent, QKeySequence
from qgis.PyQt.QtWidgets import QDockWidget, QToolButton, QWidget

from ..i18n.translation import tr
from .handbook.view import show_handbook


class PluginDock(QDockWidget):
    """A panel of the main window, shown and used like a :class:`.plugin_window.PluginWindow`.

    Args:
        iface: the running application.
        parent: Qt parent, the main window.

    Signals:
        window_wanted: another window shall be shown; its name, and what it is to do (see :meth:`carry_out`).

    Attributes:
        HANDBOOK_PAGE: page of the handbook that explains the panel.
    """

    HANDBOOK_PAGE: ClassVar[str] = "index"

    window_wanted = pyqtSignal(str, object)

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._iface = iface
        self._docked = False
        self.hide()  # until it is asked for, also when the main window is shown later

    def bring_up(self) -> None:
        """Show the panel in front of those in the same place; at first at the right of the map."""
        if not self._docked:
            self._docked = True
            self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self)
        self.show()
        self.raise_()

    def carry_out(self, order: object) -> None:
        """Do what a window has asked for; a panel that knows no orders does nothing."""

    def shut_down(self) -> None:
        """Leave the main window, because the plugin is unloaded."""
        if self._docked:
            self._docked = False
            self._iface.removeDockWidget(self)

    def open_help(self) -> None:
        """Open the page of the handbook about this panel."""
        show_handbook(self.HANDBOOK_PAGE, self)

    def help_button(self) -> QToolButton:
        """Return a new small button *Help*."""
        button = QToolButton(self)
        button.setObjectName("xView2Help")
        button.setText("?")
        button.setToolTip(tr("Help (F1)"))
        button.setAccessibleName(tr("Help"))
        button.clicked.connect(lambda: self.open_help())
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name is Qt's
        """Open the help with its usual key, F1."""
        if event.matches(QKeySequence.StandardKey.HelpContents):
            self.open_help()
            event.accept()
            return
        super().keyPressEvent(event)
