"""What happens to the results when QGIS loads them: the right layer, a group, its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    Qgis,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from ...protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from ...results.damage_raster_style import show_classes
from ...results.own_results import is_damage_result
from ...results.result_images import note_images
from ...results.result_layers import layer_source
from ...results.result_names import ResultNames
from ...results.result_styles import offer_styles
from .parameters import ASSESSED_AREA, NOT_VISIBLE
from .result_order import ResultOrder

# QGIS owns the C++ half of a post-processor only; the Python half would die with the algorithm, long before it is used
_kept: set[QgsProcessingLayerPostProcessorInterface] = set()


@dataclass(frozen=True)
class Titles:
    """Names of loaded layers.

    Attributes:
        names: those of this result.
        standard: names that Processing gives layers by itself, which do not depend on the result.
        images: what GDAL opens for the pre-event and the post-event image, noted in the damage layer.
    """

    names: ResultNames
    standard: tuple[str, ...]
    images: tuple[str, str] = ("", "")


def present_result(
    context: QgsProcessingContext, output: str, raster: str, titles: Titles, stored: Sequence[str] = ()
) -> None:
    """Have the layers of a GeoPackage loaded instead of the file, and the damage raster by its classes below them.

    Nothing happens with what is not to be loaded. The map stays where it is, as with other algorithms: the user may
    work elsewhere meanwhile.

    Args:
        context: context in which QGIS noted the outputs.
        output: the GeoPackage in the very words of QGIS.
        raster: the damage raster in the very words of QGIS, empty where there is none.
        titles: names in the layer tree.
        stored: layers of the GeoPackage as the run names them.
    """
    # QGIS 3.32 and later has sort keys
    order = None if Qgis.QGIS_VERSION_INT >= 33200 else ResultOrder()
    if context.willLoadLayerOnCompletion(output):
        _present_polygons(context, output, titles, order, stored)
    if raster and context.willLoadLayerOnCompletion(raster):
        _present(context, raster, titles, titles.names.raster, ShowClasses(order))


def _present_polygons(
    context: QgsProcessingContext, output: str, titles: Titles, order: ResultOrder | None, stored: Sequence[str]
) -> None:
    layers: dict[str | None, QgsProcessingContext.LayerDetails] = dict(context.layersToLoadOnCompletion().items())
    damage, names = layer_source(output, DAMAGE_LAYER), titles.names
    layers[damage] = layers.pop(output)
    areas = {layer_source(output, ASSESSED_AREA_LAYER): (names.area, ASSESSED_AREA)}
    if NOT_VISIBLE_LAYER in stored:
        areas[layer_source(output, NOT_VISIBLE_LAYER)] = (names.not_visible, NOT_VISIBLE)
    for area, (name, key) in areas.items():
        layers[area] = QgsProcessingContext.LayerDetails(name, layers[damage].project, key)
    context.setLayersToLoadOnCompletion(layers)
    # only now: the context deletes the post-processors of the layers it replaces
    _present(context, damage, titles, names.damage, ShowOwnStyle(order, titles.images))
    for area, (name, _) in areas.items():
        _present(context, area, titles, name, ShowOwnStyle(order))
    if order is None:
        for layer in (damage, *areas):
            # above the raster, which would hide it
            context.layerToLoadOnCompletionDetails(layer).layerSortKey = 2 if layer == damage else 1


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
        # else each is called by the file, as QGIS's options want it at first: all of them the same
        details.forceName = True
    if hasattr(details, "groupName"):  # QGIS 3.32 and later
        details.groupName = titles.names.damage


class ShowInOrder(QgsProcessingLayerPostProcessorInterface):
    """Shows a loaded layer of a result; base of what is done with each kind of layer.

    Args:
        order: keeps the layers of the result in order, None where QGIS does it.
    """

    def __init__(self, order: ResultOrder | None = None) -> None:
        super().__init__()
        self._order = order

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer | None, context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> None:
        """Style a loaded layer and put it in its place. QGIS calls this in the main thread."""
        if layer is None:
            return
        self.style(layer)
        if self._order is not None:
            self._order.loaded(layer, context.project())

    def style(self, layer: QgsMapLayer) -> None:
        """Style a loaded layer, if it is of the right kind."""
        raise NotImplementedError


class ShowClasses(ShowInOrder):
    """Lists the four classes of the damage raster instead of the 256 entries of its colour table."""

    def style(self, layer: QgsMapLayer) -> None:
        """Style a loaded damage raster."""
        if isinstance(layer, QgsRasterLayer):
            show_classes(layer)


class ShowOwnStyle(ShowInOrder):
    """Gives a loaded layer the style that is in its file.

    Args:
        order: keeps the layers of the result in order, None where QGIS does it.
        images: what the run read, noted in the damage layer.
    """

    def __init__(self, order: ResultOrder | None = None, images: tuple[str, str] = ("", "")) -> None:
        super().__init__(order)
        self._images = images

    def style(self, layer: QgsMapLayer) -> None:
        """Style a loaded damage layer or assessed area."""
        # Processing loads layers without their own style; another than the plain one is what the user set for them
        if isinstance(layer, QgsVectorLayer) and isinstance(layer.renderer(), QgsSingleSymbolRenderer):
            layer.loadDefaultStyle()
            offer_styles(layer)
            layer.triggerRepaint()
        if is_damage_result(layer) and self._images[1]:
            note_images(layer, *self._images)
