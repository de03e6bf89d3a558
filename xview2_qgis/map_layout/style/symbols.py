"""Symbols of polygons and points, made of words or of layers."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFillSymbol, QgsMarkerSymbol, QgsSymbolLayer


def simple_fill(properties: dict[str, Any]) -> QgsFillSymbol:
    """Return a fill with an outline, of QGIS's words for them; lengths are millimetres."""
    symbol: QgsFillSymbol = QgsFillSymbol.createSimple(properties)  # type: ignore[assignment] # it has a symbol always
    return symbol


def simple_marker(properties: dict[str, Any]) -> QgsMarkerSymbol:
    """Return a marker, of QGIS's words for it; lengths are millimetres."""
    symbol: QgsMarkerSymbol = QgsMarkerSymbol.createSimple(properties)  # type: ignore[assignment] # the same
    return symbol


def fill_symbol(*layers: QgsSymbolLayer) -> QgsFillSymbol:
    """Return a symbol of layers, the lowest first."""
    # one by one: layers in a list that is given to the constructor are freed too early by PyQGIS
    symbol = QgsFillSymbol()
    symbol.deleteSymbolLayer(0)
    for layer in layers:
        symbol.appendSymbolLayer(layer)
    return symbol
