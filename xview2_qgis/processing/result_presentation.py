"""What happens to the results after QGIS has loaded them: the map on the buildings, classes for the raster."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsRasterLayer,
)

from ..damage_raster_style import show_classes


class ShowClasses(QgsProcessingLayerPostProcessorInterface):
    """Lists the four classes of the damage raster instead of the 256 entries of its colour table."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Style a loaded damage raster."""
        if isinstance(layer, QgsRasterLayer):
            show_classes(layer)


class ZoomToResult(QgsProcessingLayerPostProcessorInterface):
    """Brings the map to the loaded layer. QGIS calls it in the main thread; the style is embedded in the file."""

    def postProcessLayer(  # noqa: N802 - name is QGIS's
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Zoom to a layer, where there is a map."""
        from qgis.utils import iface

        extent = layer.extent()
        if iface is None or extent.isNull() or extent.isEmpty():
            return
        canvas = iface.mapCanvas()
        transform = QgsCoordinateTransform(
            layer.crs(), canvas.mapSettings().destinationCrs(), context.transformContext()
        )
        try:
            extent = transform.transformBoundingBox(extent)
        except QgsCsException:
            feedback.pushDebugInfo("the extent of the result cannot be shown in the CRS of the map")
            return
        extent.scale(1.1)
        canvas.setExtent(extent)
        canvas.refresh()
