"""Layers that the plugin itself made: offered for everything, proposed for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeGroup, QgsMapLayer, QgsProject, QgsProviderRegistry, QgsVectorLayer

from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER

if TYPE_CHECKING:
    from typing import TypeGuard  # Python 3.10 and later


def is_own_result(layer: QgsMapLayer | None) -> bool:
    """Return whether a layer is one of buildings with damage or an assessed area, however it came into the project."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return False
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    if not str(parts.get("path") or "").lower().endswith(".gpkg"):
        return False
    name = parts.get("layerName")
    return name in (ASSESSED_AREA_LAYER, NOT_VISIBLE_LAYER) or (
        name == DAMAGE_LAYER and layer.fields().indexOf("damage_class") >= 0
    )


def damage_layers(project: QgsProject) -> list[QgsVectorLayer]:
    """Return the damage layers of a project in the order of its layer tree, the topmost first."""
    order = project.layerTreeRoot().findLayerIds()  # a layer that has just been added is not in it yet
    layers = [layer for layer in project.mapLayers().values() if is_damage_result(layer)]
    return sorted(layers, key=lambda layer: order.index(layer.id()) if layer.id() in order else len(order))


def is_damage_result(layer: QgsMapLayer | None) -> TypeGuard[QgsVectorLayer]:
    """Return whether a layer is one of buildings with damage."""
    return isinstance(layer, QgsVectorLayer) and layer.fields().indexOf("damage_class") >= 0 and is_own_result(layer)


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
