"""The damage raster below the polygons of the same result, where QGIS has no sort keys for loaded layers."""

from __future__ import annotations

from qgis.core import QgsLayerTree, QgsMapLayer, QgsProject, QgsRasterLayer


class ResultOrder:
    """The layers of one result that have been loaded so far.

    Before version 3.32 QGIS loads the outputs of an algorithm in the order of their paths and puts each above the last,
    or below it where results go into a group. A damage raster that comes out on top hides the polygons.
    """

    def __init__(self) -> None:
        self._loaded: list[tuple[str, bool]] = []

    def loaded(self, layer: QgsMapLayer, project: QgsProject | None) -> None:
        """Note a layer that QGIS has just loaded; move the raster if it lies above polygons of the result."""
        self._loaded.append((layer.id(), isinstance(layer, QgsRasterLayer)))
        tree = project.layerTreeRoot() if project is not None else None
        if tree is not None:
            self._arrange(tree)

    def _arrange(self, tree: QgsLayerTree) -> None:
        nodes = [(tree.findLayer(key), is_raster) for key, is_raster in self._loaded]
        for raster in [node for node, is_raster in nodes if is_raster and node is not None]:
            siblings = raster.parent().children()
            polygons = [node for node, is_raster in nodes if node is not None and not is_raster and node in siblings]
            lowest = max((siblings.index(node) for node in polygons), default=-1)
            if siblings.index(raster) < lowest:
                # the copy first: a layer without a node in the tree would be removed from the project
                raster.parent().insertChildNode(lowest + 1, raster.clone())
                raster.parent().removeChildNode(raster)
