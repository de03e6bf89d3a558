"""Layers that the plugin itself made: offered for everything, proposed for nothing."""

from __future__ import annotations

from qgis.core import QgsLayerTree, QgsLayerTreeGroup, QgsMapLayer, QgsProviderRegistry, QgsVectorLayer

from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER


def is_own_result(layer: QgsMapLayer) -> bool:
    """Return whether a layer is one of buildings with damage or an assessed area, however it came into the project."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return False
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    if not str(parts.get("path") or "").lower().endswith(".gpkg"):
        return False
    name = parts.get("layerName")
    return name == ASSESSED_AREA_LAYER or (name == DAMAGE_LAYER and layer.fields().indexOf("damage_class") >= 0)


def first_index_below_results(root: QgsLayerTree) -> int:
    """Return where a layer goes that shall lie below the results at the top of the layer tree."""
    for index, node in enumerate(root.children()):
        results = isinstance(node, QgsLayerTreeGroup) and any(
            child.layer() is not None and is_own_result(child.layer()) for child in node.findLayers()
        )
        if not results:
            return index
    return len(root.children())
