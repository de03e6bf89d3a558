"""How zones are drawn on a map: a line that is seen on any image, and no fill."""

from __future__ import annotations

from qgis.core import (
    QgsFillSymbol,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .style_text import style_text
from .symbols import fill_symbol

_MM = QgsUnitTypes.RenderUnit.RenderMillimeters


def zone_outline() -> str:
    """Return the style, as QGIS keeps styles (XML)."""
    return style_text(QgsSingleSymbolRenderer(zone_symbol()))


def zone_symbol() -> QgsFillSymbol:
    """Return a black line with white edges."""
    lines = []
    for colour, width in (("#ffffff", 1.1), ("#1b1b1b", 0.5)):
        line = QgsSimpleLineSymbolLayer(QColor(colour), width)
        line.setWidthUnit(_MM)
        line.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
        lines.append(line)
    return fill_symbol(*lines)
