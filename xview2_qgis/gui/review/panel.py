"""The base of the panels at the foot of the review dock."""

from __future__ import annotations

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget


class ReviewPanel(QWidget):
    """A tab of the review dock; it follows the damage layer that is chosen there.

    Signals:
        written: the panel has changed rows of the layer in its file; the dock reads the layer again.
    """

    written = pyqtSignal()

    def set_layer(self, layer: QgsVectorLayer | None) -> None:
        """Show another damage layer; None where none is chosen, or the chosen one is about to be removed."""

    def refresh(self) -> None:
        """Show what has changed in the layer: called a moment after reviews, while the panel is in sight."""
