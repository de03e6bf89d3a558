"""Registers the page of the engine with QGIS's options; apart from the page, so that QGIS starts quickly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtWidgets import QWidget

from ..resources.icon_files import icon

if TYPE_CHECKING:
    from .engine.work import EngineWork


class EngineOptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page whenever QGIS's options are opened.

    Args:
        work: returns what is done to the engine.
    """

    def __init__(self, work: Callable[[], EngineWork]) -> None:
        super().__init__()
        self.setTitle("xView2")
        self.setIcon(icon("xview2"))
        self._work = work
        self._made: QgsOptionsPageWidget | None = None

    def createWidget(self, parent: QWidget | None = None) -> QgsOptionsPageWidget:  # noqa: N802 - name is QGIS's
        """Return a new page."""
        from .engine.options import EngineOptions

        # kept, because QGIS takes hold of the page only after this has returned
        self._made = EngineOptions(self._work(), parent)
        return self._made
