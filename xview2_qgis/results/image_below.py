"""The image on which a result can be checked, directly below it."""

from __future__ import annotations

from qgis.core import QgsLayerTreeGroup, QgsProject


def bring_below(project: QgsProject, group: QgsLayerTreeGroup, layer_id: str) -> None:
    """Move a layer directly below a group at the top of the layer tree, and show it.

    With the pre-event image there, intact roofs would lie under the damage classes.

    Args:
        project: the project of both.
        group: the group of a result.
        layer_id: the image; nothing happens where the project does not have it.
    """
    root = project.layerTreeRoot()
    node, place = root.findLayer(layer_id), root.children().index(group)
    if node is None:
        return
    node.setItemVisibilityCheckedParentRecursive(True)
    if place + 1 < len(root.children()) and root.children()[place + 1] == node:
        return
    moved = node.clone()
    root.insertChildNode(place + 1, moved)
    node.parent().removeChildNode(node)
