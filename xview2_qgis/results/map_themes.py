"""Map themes of a result: the damage, the pre-event image and the post-event image, each a click away."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsLayerTreeGroup, QgsMapLayer, QgsMapThemeCollection, QgsProject, QgsRasterLayer, QgsVectorLayer

from ..i18n.translation import tr
from .own_results import is_own_result
from .result_images import find_image, image_sources


def add_themes(project: QgsProject, damage: QgsVectorLayer) -> list[str]:
    """Add the themes of a result to a project; those with the same names are replaced.

    Other layers that are shown now and are no images, such as roads, are shown in all three. An image that is not in
    the project has no theme.

    Args:
        project: the project that is open.
        damage: its layer of buildings.

    Returns:
        The names of the themes.
    """
    pre, post = (_in_project(project, find_image(project, damage, source)) for source in image_sources(damage))
    shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    context = [layer for layer in shown if layer is not None and not is_own_result(layer) and not _is_raster(layer)]
    result = [layer for layer in _beside(project, damage) if not _is_raster(layer)]
    themes = {damage.name(): [*result, *context, *([] if post is None else [post])]}
    if pre is not None:
        themes[tr("{} · pre-event image").format(damage.name())] = [*context, pre]
    if post is not None:
        themes[tr("{} · post-event image").format(damage.name())] = [*context, post]
    collection = project.mapThemeCollection()
    for name, layers in themes.items():
        record = _record(layers)
        if collection.hasMapTheme(name):
            collection.update(name, record)
        else:
            collection.insert(name, record)
    return list(themes)


def _beside(project: QgsProject, damage: QgsVectorLayer) -> list[QgsMapLayer]:
    """Return the layers of the group that a result is in; the layer alone where it is in none."""
    node = project.layerTreeRoot().findLayer(damage.id())
    group = None if node is None else node.parent()
    if not isinstance(group, QgsLayerTreeGroup) or group == project.layerTreeRoot():
        return [damage]
    return [layer for child in group.findLayers() if (layer := child.layer()) is not None]


def _in_project(project: QgsProject, image: QgsRasterLayer | None) -> QgsRasterLayer | None:
    """Return an image if it is a layer of the project: others were opened to be looked at once."""
    return image if image is not None and project.mapLayer(image.id()) is not None else None


def _is_raster(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsRasterLayer)


def _record(layers: Sequence[QgsMapLayer]) -> QgsMapThemeCollection.MapThemeRecord:
    record = QgsMapThemeCollection.MapThemeRecord()
    for layer in layers:
        entry = QgsMapThemeCollection.MapThemeLayerRecord(layer)
        entry.isVisible = True
        entry.usingCurrentStyle = True
        entry.currentStyle = layer.styleManager().currentStyle()
        record.addLayerRecord(entry)
    return record
