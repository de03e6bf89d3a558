"""What happens to counted zones when QGIS loads them: their style, and a name by place and kind."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from ...results.result_layers import layer_source
from ...results.result_styles import offer_styles

#: The layer of the file that the engine writes.
ZONES_LAYER = "zones"

# QGIS owns the C++ half of a post-processor only; the Python half would die with the algorithm, long before it is used
_kept: set[QgsProcessingLayerPostProcessorInterface] = set()


def present_zones(context: QgsProcessingContext, output: str, title: str, standard: str) -> None:
    """Have the layer of zones loaded in the place of its file, in its own style.

    Args:
        context: context in which QGIS noted the output.
        output: the file in the very words of QGIS.
        title: name of the layer.
        standard: the name that Processing gives by itself.
    """
    if not context.willLoadLayerOnCompletion(output):
        return
    layers: dict[str | None, QgsProcessingContext.LayerDetails] = dict(context.layersToLoadOnCompletion().items())
    layer = layer_source(output, ZONES_LAYER)
    layers[layer] = layers.pop(output)
    context.setLayersToLoadOnCompletion(layers)
    details = context.layerToLoadOnCompletionDetails(layer)
    for old in list(_kept):
        if sip.isdeleted(old):
            _kept.discard(old)
    processor = ShowZones()
    _kept.add(processor)
    details.setPostProcessor(processor)
    if details.name == standard:  # a model has names of its own for the layers
        details.name = title
        # else it is called by its file, as QGIS's options want it at first
        details.forceName = True


class ShowZones(QgsProcessingLayerPostProcessorInterface):
    """Gives a loaded layer of zones the styles that are in its file."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer | None, context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> None:
        """Style a loaded layer. QGIS calls this in the main thread."""
        if isinstance(layer, QgsVectorLayer):
            layer.loadDefaultStyle()
            offer_styles(layer)
            layer.triggerRepaint()
