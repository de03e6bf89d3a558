"""The base of the plugin's windows."""

from __future__ import annotations

from typing import ClassVar

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent, QKeySequence
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox

from .handbook.view import show_handbook


class PluginWindow(QDialog):
    """A window that is made once, hidden when it is closed, and shown again with its values.

    Subclasses are made with the running application and the Qt parent.

    Signals:
        window_wanted: another window shall be shown; its name, and what it is to do (see :meth:`carry_out`).

    Attributes:
        HANDBOOK_PAGE: page of the handbook that explains the window.
    """

    HANDBOOK_PAGE: ClassVar[str] = "index"

    window_wanted = pyqtSignal(str, object)

    def bring_up(self) -> None:
        """Show the window in front of the others."""
        self.show()
        self.raise_()
        self.activateWindow()

    def carry_out(self, order: object) -> None:
        """Do what another window has asked for; a window that knows no orders does nothing."""

    def shut_down(self) -> None:
        """End what the window has under way, because the plugin is unloaded."""

    def open_help(self) -> None:
        """Open the page of the handbook about this window."""
        show_handbook(self.HANDBOOK_PAGE, self)

    def add_help_button(self, buttons: QDialogButtonBox) -> None:
        """Add the button *Help* to the buttons of the window."""
        button = buttons.addButton(QDialogButtonBox.StandardButton.Help)
        button.setAutoDefault(False)
        buttons.helpRequested.connect(self.open_help)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name is Qt's
        """Open the help with its usual key, F1."""
        if event.matches(QKeySequence.StandardKey.HelpContents):
            self.open_help()
            event.accept()
            return
        super().keyPressEvent(event)
