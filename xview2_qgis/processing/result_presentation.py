"""What happens to the results when QGIS loads them: the right layer, a group, its style."""

from __future__ import annotations

from dataclasses import dataclass

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
from ..engine.layer_names import ASSESSED_AREA_LAYER, DAMAGE_LAYER
from ..result_layers import layer_source
from ..result_names import ResultNames
from ..result_styles import offer_styles
from .assess_parameters import ASSESSED_AREA

# QGIS owns the C++ half of a post-processor only; the Python half would die with the algorithm, long before it is used
_kept: set[QgsProcessingLayerPostProcessorInterface] = set()


@dataclass(frozen=True)
class Titles:
    """Names of loaded layers.

    Attributes:
        names: those of this result.
        standard: names that Processing gives layers by itself, which say nothing about the result.
    """

    names: ResultNames
    standard: tuple[str, ...]


def present_damage(context: QgsProcessingContext, output: str, titles: Titles) -> None:
    """Have the two layers of a GeoPackage loaded instead of the file, if that is to be loaded.

    The map stays where it is, as with other algorithms: somebody may work elsewhere meanwhile.

    Args:
        context: context in which QGIS noted the output.
        output: the GeoPackage in the very words of QGIS.
        titles: names in the layer tree.
    """
    if not context.willLoadLayerOnCompletion(output):
        return
    layers = context.layersToLoadOnCompletion()
    damage, area = layer_source(output, DAMAGE_LAYER), layer_source(output, ASSESSED_AREA_LAYER)
    layers[damage] = layers.pop(output)
    layers[area] = QgsProcessingContext.LayerDetails(titles.names.area, layers[damage].project, ASSESSED_AREA)
    context.setLayersToLoadOnCompletion(layers)
    # only now: the context deletes the post-processors of the layers it replaces
    _present(context, damage, titles, titles.names.damage, ShowOwnStyle())
    _present(context, area, titles, titles.names.area, ShowOwnStyle())
    for layer, key in ((damage, 2), (area, 1)):
        details = context.layerToLoadOnCompletionDetails(layer)
        if hasattr(details, "layerSortKey"):  # QGIS 3.32 and later
            details.layerSortKey = key  # above the raster, which would hide it


def present_raster(context: QgsProcessingContext, output: str, titles: Titles) -> None:
    """Have the damage raster shown by its classes, if it is to be loaded; arguments as above."""
    if output and context.willLoadLayerOnCompletion(output):
        _present(context, output, titles, titles.names.raster, ShowClasses())


def _present(
    context: QgsProcessingContext,
    layer: str,
    titles: Titles,
    name: str,
    processor: QgsProcessingLayerPostProcessorInterface,
) -> None:
    # QGIS deletes a post-processor with the context that it was given to
    for old in list(_kept):
        if sip.isdeleted(old):
            _kept.discard(old)
    _kept.add(processor)
    details = context.layerToLoadOnCompletionDetails(layer)
    details.setPostProcessor(processor)
    if details.name in titles.standard:  # a model has names of its own for the layers
        details.name = name
    if hasattr(details, "groupName"):  # QGIS 3.32 and later
        details.groupName = titles.names.damage


class ShowClasses(QgsProcessingLayerPostProcessorInterface):
    """Lists the four classes of the damage raster instead of the 256 entries of its colour table."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style a loaded damage raster."""
        if isinstance(layer, QgsRasterLayer):
            show_classes(layer)


class ShowOwnStyle(QgsProcessingLayerPostProcessorInterface):
    """Gives a loaded layer the style that is in its file."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style a loaded layer. QGIS calls this in the main thread."""
        # Processing loads layers without their own style; another than the plain one is what the user set for them
        if isinstance(layer, QgsVectorLayer) and isinstance(layer.renderer(), QgsSingleSymbolRenderer):
            layer.loadDefaultStyle()
            offer_styles(layer)
            layer.triggerRepaint()
