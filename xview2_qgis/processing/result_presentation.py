"""What happens to the results when QGIS loads them: the right layer, a group, its style, the map on it."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from ..damage_raster_style import show_classes
from ..result_layers import shown_extent

# QGIS owns the C++ half of a post-processor only; the Python half would die with the algorithm, long before it is used
_kept: set[QgsProcessingLayerPostProcessorInterface] = set()


def present_damage(context: QgsProcessingContext, output: str, layer: str, group: str) -> None:
    """Have a layer loaded instead of the GeoPackage that it is in, if that is to be loaded, and the map moved to it.

    Args:
        context: context in which QGIS noted the output.
        output: the GeoPackage in the very words of QGIS.
        layer: source of the layer in it.
        group: title of the group in the layer tree.
    """
    if not context.willLoadLayerOnCompletion(output):
        return
    layers = context.layersToLoadOnCompletion()
    layers[layer] = layers.pop(output)
    context.setLayersToLoadOnCompletion(layers)
    # only now: the context deletes the post-processors of the layers it replaces
    _present(context, layer, group, ShowDamage())
    details = context.layerToLoadOnCompletionDetails(layer)
    if hasattr(details, "layerSortKey"):  # QGIS 3.32 and later
        details.layerSortKey = 1  # above the raster, which would hide it


def present_raster(context: QgsProcessingContext, output: str, group: str) -> None:
    """Have the damage raster shown by its classes, if it is to be loaded; arguments as above."""
    if output and context.willLoadLayerOnCompletion(output):
        _present(context, output, group, ShowClasses())


def _present(
    context: QgsProcessingContext, layer: str, group: str, processor: QgsProcessingLayerPostProcessorInterface
) -> None:
    # QGIS deletes a post-processor with the context that it was given to
    for old in list(_kept):
        if sip.isdeleted(old):
            _kept.discard(old)
    _kept.add(processor)
    details = context.layerToLoadOnCompletionDetails(layer)
    details.setPostProcessor(processor)
    if hasattr(details, "groupName"):  # QGIS 3.32 and later
        details.groupName = group


class ShowClasses(QgsProcessingLayerPostProcessorInterface):
    """Lists the four classes of the damage raster instead of the 256 entries of its colour table."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style a loaded damage raster."""
        if isinstance(layer, QgsRasterLayer):
            show_classes(layer)


class ShowDamage(QgsProcessingLayerPostProcessorInterface):
    """Gives the loaded layer the style that is in its file, and moves the map to it."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style a loaded damage layer; where there is a map, show it there. QGIS calls this in the main thread."""
        from qgis.utils import iface

        # Processing loads layers without their own style; another than the plain one is what the user set for them
        if isinstance(layer, QgsVectorLayer) and isinstance(layer.renderer(), QgsSingleSymbolRenderer):
            layer.loadDefaultStyle()
            layer.triggerRepaint()
        if iface is None:
            return
        canvas = iface.mapCanvas()
        extent = shown_extent(layer, canvas.mapSettings().destinationCrs(), context.transformContext())
        if not extent.isNull():
            canvas.setExtent(extent)
            canvas.refresh()
