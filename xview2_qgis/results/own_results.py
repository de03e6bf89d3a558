"""Layers that the plugin itself made: offered for everything, proposed for nothing."""

from __future__ import annotations

from qgis.core import QgsLayerTreeGroup, QgsMapLayer, QgsProject, QgsProviderRegistry, QgsVectorLayer

from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER


def is_own_result(layer: QgsMapLayer | None) -> bool:
    """Return whether a layer is one of buildings with damage or an assessed area, however it came into the project."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return False
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    if not str(parts.get("path") or "").lower().endswith(".gpkg"):
        return False
    name = parts.get("layerName")
    return name == ASSESSED_AREA_LAYER or (name == DAMAGE_LAYER and layer.fields().indexOf("damage_class") >= 0)


def first_index_below_results(project: QgsProject) -> int:
    """Return the index in the layer tree directly below the results at its top."""
    nodes = project.layerTreeRoot().children()
    for index, node in enumerate(nodes):
        results = isinstance(node, QgsLayerTreeGroup) and any(
            is_own_result(child.layer()) for child in node.findLayers()
        )
        if not results:
            return index
    return len(nodes)
