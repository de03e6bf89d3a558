"""The result in the project: a group with the damage layer, and the map on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

from ..i18n.duration import duration_text
from ..i18n.number import number_text, qgis_locale
from ..i18n.translation import tr, trn
from ..protocol.events import Result
from ..protocol.options.assessment import AssessmentParameters
from ..protocol.schema import ASSESSED_AREA_LAYER, CLASS_LABELS, CLASS_NAMES, DAMAGE_LAYER, NOT_VISIBLE_LAYER, Damage
from .damage_raster_style import show_classes
from .result_names import image_name, result_names
from .result_styles import offer_styles
from .stored_facts import place_and_date, stored_facts


@dataclass(frozen=True)
class ResultLayers:
    """What was added to the project.

    Attributes:
        group: the new group at the top of the layer tree.
        damage: the layer of buildings.
        others: the assessed area, what was excluded and the damage raster, where they exist.
    """

    group: QgsLayerTreeGroup
    damage: QgsVectorLayer
    others: tuple[QgsMapLayer, ...]


def layer_source(geopackage: str, layer: str) -> str:
    """Return the source of a layer of a GeoPackage."""
    return f"{geopackage}|layername={layer}"


def counts_text(counts: dict[str, int]) -> str:
    """Return the buildings per class in words, worst class first."""
    parts = []
    for damage in reversed(CLASS_NAMES):
        count = counts.get(CLASS_NAMES[damage], 0)
        if count:
            parts.append(f"{number_text(count)} {qgis_locale().toLower(tr(CLASS_LABELS[damage]))}")
    return ", ".join(parts)


def headline_of(result: Result) -> str:
    """Return what a run found in so few words that they fit beside the buttons of a message bar."""
    counts = {damage: result.counts.get(CLASS_NAMES[damage], 0) for damage in Damage}
    unknown, destroyed = counts[Damage.UNKNOWN], counts[Damage.DESTROYED]
    damaged = counts[Damage.MAJOR] + counts[Damage.MINOR]
    if not result.buildings:
        return tr("no building found")
    parts = [trn("{n} building", "{n} buildings", result.buildings)]
    if destroyed:
        parts.append(trn("{n} destroyed", "{n} destroyed", destroyed))
    if damaged:
        parts.append(trn("{n} damaged", "{n} damaged", damaged))
    if not destroyed + damaged and unknown < result.buildings:
        parts.append(tr("no damage found"))
    if 2 * unknown > result.buildings:
        parts.append(trn("{n} unknown", "{n} unknown", unknown))
    return ", ".join(parts)


def result_text(result: Result) -> str:
    """Return the sentence about a finished run: what was found, and what really computed it."""
    counts = counts_text(result.counts)
    text = trn("{n} building assessed", "{n} buildings assessed", result.buildings) + (
        f": {counts}." if counts else "."
    )
    if result.device:
        # the provider is in the log; here it would only push the counts out of the message bar
        facts = result.precision or ""
        text += " " + tr("Ran on {}").format(result.device.upper()) + (f" ({facts})" if facts else "")
        if result.seconds is not None:
            text += " " + tr("in {}").format(duration_text(result.seconds))
        text += "."
    return text


def add_result(project: QgsProject, request: AssessmentParameters, result: Result) -> ResultLayers | None:
    """Add the layers of a finished run to a project.

    The styles are embedded in the GeoPackage, so QGIS finds them there. Layers are named after place and date where
    the file knows them, else after the post-event image.

    Returns:
        The layers, or None when the GeoPackage cannot be opened.
    """
    geopackage = result.output or str(request.output)
    place = place_and_date(stored_facts(geopackage))
    names = result_names(project, place or image_name(request.post.path))
    damage = QgsVectorLayer(layer_source(geopackage, DAMAGE_LAYER), names.damage, "ogr")
    if not damage.isValid():
        return None
    offer_styles(damage)
    others: list[QgsMapLayer] = []
    areas = {ASSESSED_AREA_LAYER: names.area}
    if NOT_VISIBLE_LAYER in result.layers:
        areas[NOT_VISIBLE_LAYER] = names.not_visible
    for stored, name in areas.items():
        area = QgsVectorLayer(layer_source(geopackage, stored), name, "ogr")
        if area.isValid():
            others.append(area)
    if request.damage_raster:
        raster = QgsRasterLayer(str(request.damage_raster), names.raster, "gdal")
        if raster.isValid():
            show_classes(raster)
            others.append(raster)

    group = cast(QgsLayerTreeGroup, project.layerTreeRoot().insertGroup(0, names.damage))
    for layer in (damage, *others):
        project.addMapLayer(layer, False)
        node = group.addLayer(layer)
        # the raster shows the same as the polygons; it is there to be used, not to cover them
        node.setItemVisibilityChecked(not isinstance(layer, QgsRasterLayer))
        node.setExpanded(layer is damage)
    return ResultLayers(group, damage, tuple(others))


def result_extent(project: QgsProject, layers: ResultLayers) -> QgsRectangle:
    """Return the extent of a result in the CRS of the project, a little larger than the buildings; empty if unknown."""
    extents = (
        _extent_in(layer, project.crs(), project.transformContext()) for layer in (layers.damage, *layers.others)
    )
    return next((extent for extent in extents if not extent.isNull()), QgsRectangle())


def _extent_in(
    layer: QgsMapLayer, crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext
) -> QgsRectangle:
    """Return the extent of a layer in another CRS, a little larger; null where it has none there."""
    extent = layer.extent()
    if extent.isNull() or extent.isEmpty():
        return QgsRectangle()
    try:
        extent = QgsCoordinateTransform(layer.crs(), crs, context).transformBoundingBox(extent)
    except QgsCsException:
        return QgsRectangle()
    extent.scale(1.1)
    return extent
