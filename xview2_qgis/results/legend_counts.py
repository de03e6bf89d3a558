"""Numbers of buildings beside the classes of a legend."""

from __future__ import annotations

from qgis.core import QgsProject, QgsVectorLayer

#: Where QGIS notes that the user wants them ("Show Feature Count").
_SHOWN = "showFeatureCount"


def count_again(project: QgsProject, layer: QgsVectorLayer) -> None:
    """Count again after changes in the file, if the legend shows numbers: QGIS counts once for each renderer."""
    node = project.layerTreeRoot().findLayer(layer.id())
    renderer = layer.renderer()
    if node is not None and renderer is not None and node.customProperty(_SHOWN, 0):
        layer.setRenderer(renderer.clone())
        layer.countSymbolFeatures()
