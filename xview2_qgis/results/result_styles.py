"""The styles of a damage layer: all that its file holds, to choose from in the layer's menu."""

from __future__ import annotations

from qgis.core import QgsMapLayerStyle, QgsVectorLayer

from ..protocol.schema import FILLED_STYLE, OUTLINE_STYLE


def offer_styles(layer: QgsVectorLayer) -> None:
    """Add the styles stored beside a layer to its menu *Styles*; that of now, the first of them, gets its name.

    Nothing changes where the file holds no styles, or the layer has several already.
    """
    manager = layer.styleManager()
    count, ids, names, _, _ = layer.listStylesInDatabase()
    if count < 2 or len(manager.styles()) > 1:
        return
    styles = dict(zip(names[:count], ids[:count]))
    shown, *others = sorted(styles, key=lambda name: int(styles[name]))
    manager.renameStyle(manager.currentStyle(), shown)
    for name in others:
        text, error = layer.getStyleFromDatabase(styles[name])
        if not error:
            manager.addStyle(name, QgsMapLayerStyle(text))


def shows_outlines(layer: QgsVectorLayer) -> bool:
    """Return whether a damage layer is drawn with lines only, the roofs in sight."""
    return bool(layer.styleManager().currentStyle() == OUTLINE_STYLE)


def show_outlines(layer: QgsVectorLayer) -> bool:
    """Draw a damage layer with lines only; return whether it can be."""
    return _show(layer, OUTLINE_STYLE)


def show_fills(layer: QgsVectorLayer) -> bool:
    """Draw a damage layer with transparent fills; return whether it can be."""
    return _show(layer, FILLED_STYLE)


def _show(layer: QgsVectorLayer, style: str) -> bool:
    manager = layer.styleManager()
    if style not in manager.styles():
        offer_styles(layer)  # of a file that QGIS has opened by itself
    if style not in manager.styles():
        return False
    if manager.currentStyle() != style:
        manager.setCurrentStyle(style)
        layer.triggerRepaint()
    return True
