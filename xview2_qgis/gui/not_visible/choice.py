"""Choosing what clouds or smoke hide in the post-event image: a polygon layer, or polygons drawn on the map."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsCsException, QgsGeometry, QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QHideEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...layers.polygon_source import vector_source
from ..layer_choice import LayerChoice
from .drawn_layer import add_drawn
from .polygon_tool import PolygonTool


class NotVisibleChoice(QWidget):
    """A list of polygon layers, and a button that draws polygons into one.

    Args:
        canvas: the map to draw on, or None.
        parent: Qt parent.
    """

    def __init__(self, canvas: QgsMapCanvas | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._tool: PolygonTool | None = None
        self._tool_before: QgsMapTool | None = None
        self.layers = LayerChoice(tr("None – everything is visible"), self)
        self.layers.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.layers.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.layers.setToolTip(
            tr("Polygons of clouds or smoke in the post-event image: buildings there are unknown, not undamaged")
        )
        self.draw_button = QToolButton(self)
        self.draw_button.setText(tr("Dra&w"))
        self.draw_button.setToolTip(tr("Draw clouds or smoke on the map"))
        self.draw_button.setCheckable(True)
        self.draw_button.setEnabled(canvas is not None)
        self.hint = QLabel(
            tr("Click the corners on the map; a right click closes the polygon. Escape or this button ends."), self
        )
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.hide()
        self.setFocusProxy(self.layers)
        row = QHBoxLayout()
        row.addWidget(self.layers, 1)
        row.addWidget(self.draw_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.hint)
        self.draw_button.toggled.connect(self._on_draw)
        if canvas is not None:
            canvas.mapToolSet.connect(self._on_tool)

    def layer(self) -> QgsVectorLayer | None:
        """Return the chosen layer."""
        return self.layers.vector()

    def source(self, folder: Path) -> str | None:
        """Return the vector source of what is not visible, None where everything is.

        Args:
            folder: where temporary files may be written.

        Raises:
            UnusableLayerError: the layer cannot be read, or holds no polygon that can be written.
        """
        layer = self.layer()
        if layer is None or layer.featureCount() == 0:  # of the drawn layer all polygons may be deleted again
            return None
        return vector_source(layer, folder, "not_visible")

    def end_drawing(self) -> None:
        """Give the map its earlier tool back."""
        self.draw_button.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - name is Qt's
        """End the drawing with the window, which has the only button for it."""
        if not event.spontaneous():  # not while the window is in the task bar
            self.end_drawing()
        super().hideEvent(event)

    def _on_draw(self, drawing: bool) -> None:
        canvas = self._canvas
        self.hint.setVisible(drawing)
        if canvas is None:
            return
        if drawing:
            self._tool_before = canvas.mapTool()
            tool = self._tool = PolygonTool(canvas)
            tool.drawn.connect(self._on_drawn)
            tool.ended.connect(self.end_drawing)
            canvas.setMapTool(tool)
            return
        ended, self._tool = self._tool, None
        if ended is None:
            return
        if canvas.mapTool() is ended:
            canvas.unsetMapTool(ended)
            if self._tool_before is not None:
                canvas.setMapTool(self._tool_before)
        ended.remove()

    def _on_tool(self, tool: QgsMapTool | None, _: QgsMapTool | None = None) -> None:
        """Another tool was chosen: the drawing ends, and that tool stays."""
        if self.draw_button.isChecked() and tool is not self._tool:
            self._tool_before = None
            self.draw_button.setChecked(False)

    def _on_drawn(self, polygon: QgsGeometry) -> None:
        if self._canvas is None:
            return
        try:
            layer = add_drawn(open_project(), polygon, self._canvas.mapSettings().destinationCrs())
        except QgsCsException:
            return
        self.layers.setLayer(layer)
