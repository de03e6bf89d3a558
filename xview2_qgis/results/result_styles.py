"""The styles of a damage layer: all that its file holds, to choose from in the layer's menu."""

from __future__ import annotations

from qgis.core import QgsMapLayerStyle, QgsVectorLayer


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
