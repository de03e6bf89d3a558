"""The base of the plugin's windows."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QDialog


class PluginWindow(QDialog):
    """A window that is made once, hidden when it is closed, and shown again with its values.

    Subclasses are made with the running application and the Qt parent.
    """

    def bring_up(self) -> None:
        """Show the window in front of the others."""
        self.show()
        self.raise_()
        self.activateWindow()

    def shut_down(self) -> None:
        """End what the window has under way, because the plugin is unloaded."""
