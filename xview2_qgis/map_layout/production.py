"""The making of a map: from a damage layer and wishes to a composed map, for a file or for the project."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsPointXY,
    QgsProject,
    QgsProjectMetadata,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

from ..i18n.translation import tr
from ..results.own_results import is_damage_result
from ..results.result_images import find_image, image_sources
from .content.map_facts import MapFacts, read_facts
from .content.map_texts import MapTexts, Wishes
from .content.map_words import MapWords
from .damage_map import DamageMap
from .map_layers import NONE, POST, MapLayers, file_layers
from .page.box import Box
from .place.graticule import Graticule
from .place.metric_crs import NoPlaceError, box_around, extent_in
from .place.round_scale import round_scale, shown_at
from .place.view import Subject, View, best_plan, view_of
from .zone_pages import ZonePages, touched_zones

Layer = TypeVar("Layer", bound=QgsMapLayer)


class NothingToShowError(Exception):
    """There is nothing that a map could show; the text says what is missing."""


@dataclass(frozen=True)
class MapOrder:
    """What is wished for.

    Attributes:
        paper: ``A4`` or ``A3``.
        orientation: ``landscape``, ``portrait``, or something else for the better one.
        scale: denominator; None for a round one at which all has room.
        image: ``post``, ``pre`` or ``none``.
        language: code of the language, or ``auto`` for that of QGIS.
        wishes: texts.
        subject: what is shown; None for all buildings.
        zones: a layer of polygons, for a page of each; None for one page.
        zone_field: with their names; empty for their numbers.
    """

    paper: str = "A4"
    orientation: str = "auto"
    scale: float | None = None
    image: str = POST
    language: str = "auto"
    wishes: Wishes = field(default_factory=Wishes)
    subject: Subject | None = None
    zones: QgsVectorLayer | None = None
    zone_field: str = ""


@dataclass(frozen=True)
class Production:
    """A map that is composed, with the project that its layers are in.

    Attributes:
        project: of the layers.
        map: the composition.
        pages: of zones; None for one page.
        image_missing: name of the image that was wished for and not found; empty else.
    """

    project: QgsProject
    map: DamageMap
    pages: ZonePages | None
    image_missing: str = ""


def own_production(damage: QgsVectorLayer, geopackage: str, order: MapOrder, project: QgsProject) -> Production:
    """Return a map in a project of its own, with layers of its own: what is open is neither shown nor changed.

    All buildings of the file are in it, whatever filter the layer has, as in the numbers of the legend. Nothing of
    the user's project gets into the files: neither the name of its author, nor paths.

    Args:
        damage: the damage layer that the user chose.
        geopackage: its file.
        order: what is wished for.
        project: that is open, in which the image is looked for.

    Raises:
        NothingToShowError: there is nothing to show.
        NotAResultError, InUseError, DamagedError: the file cannot be read as a result.
    """
    facts = read_facts(Path(geopackage))
    words = MapWords.of(order.language)
    texts = MapTexts(facts, words, order.wishes)
    image = _image(project, damage, facts, order.image)
    own = QgsProject()
    own.setTransformContext(project.transformContext())
    own.setEllipsoid("WGS84")
    layers = replace(
        file_layers(geopackage, texts.scene() or Path(geopackage).stem),
        image=None if image is None else image.clone(),
        zones=None if order.zones is None else order.zones.clone(),
    )
    own.addMapLayers(layers.all)
    subject = _subject(order, layers, own)
    plan = best_plan(subject, order.paper, order.orientation)
    view = view_of(subject, plan, order.scale, own)
    own.setCrs(view.crs)
    metadata = QgsProjectMetadata()
    metadata.setTitle(texts.title())
    metadata.setAuthor(order.wishes.organisation)
    own.setMetadata(metadata)
    pages = _pages(order, layers, own)
    if pages is not None:
        view = _zone_view(view, pages, plan.map, own)
    missing = facts.run.post if order.image == POST else facts.run.pre
    return Production(
        own, DamageMap(facts, texts, words, plan, view, layers, NONE if image is None else order.image), pages,
        missing if order.image != NONE and image is None else "",
    )  # fmt: skip


def in_project(production: Production, damage: QgsVectorLayer, order: MapOrder, project: QgsProject) -> Production:
    """Return the same map with layers of the open project, for a layout that stays there.

    Layers that it lacks are added: beneath the others, and switched off in its own map.

    Args:
        production: of :func:`own_production`.
        damage: the damage layer that the user chose.
        order: what is wished for.
        project: that is open.
    """
    kept = _Kept(project)
    own = production.map.layers
    layers = MapLayers(
        kept.layer(damage, own.damage) if is_damage_result(damage) else kept.same(own.damage) or own.damage,
        kept.same(own.area), kept.same(own.not_visible), kept.same(own.image),
        kept.same(own.countries), kept.same(own.states),
        None if order.zones is None else kept.layer(order.zones, order.zones),
    )  # fmt: skip
    pages = production.pages
    if pages is not None and layers.zones is not None:
        pages = replace(pages, layer=layers.zones)
    return Production(project, replace(production.map, layers=layers), pages, production.image_missing)


class _Kept:
    """Finds layers in a project, or adds them."""

    def __init__(self, project: QgsProject) -> None:
        self._project = project

    def layer(self, wished: QgsVectorLayer, otherwise: QgsVectorLayer) -> QgsVectorLayer:
        """Return a layer if the project has it, else its like."""
        if self._project.mapLayer(wished.id()) is not None:
            return wished
        return self.same(otherwise) or otherwise

    def same(self, layer: Layer | None) -> Layer | None:
        """Return the project's layer of the same source, a new one where it has none; None for None."""
        if layer is None:
            return None
        for found in self._project.mapLayers().values():
            if found.source() == layer.source() and found.providerType() == layer.providerType():
                return cast(Layer, found)
        added = cast(Layer, layer.clone())
        self._project.addMapLayer(added, False)
        node = self._project.layerTreeRoot().addLayer(added)
        node.setItemVisibilityChecked(False)
        node.setExpanded(False)
        return added


def _image(project: QgsProject, damage: QgsVectorLayer, facts: MapFacts, which: str) -> QgsRasterLayer | None:
    if which == NONE:
        return None
    pre, post = image_sources(damage)
    return find_image(project, damage, post if which == POST else pre)


def _subject(order: MapOrder, layers: MapLayers, project: QgsProject) -> Subject:
    """Return what is shown, metres."""
    subject = order.subject
    if subject is None:
        layer = layers.damage if layers.damage.featureCount() else layers.area
        if layer is None:
            raise NothingToShowError(
                tr("The result has neither buildings nor an assessed area: there is nothing to show.")
            )
        layer.updateExtents(True)
        around = None if layers.area is None else _continuous(layers.area)
        subject = Subject(_continuous(layer), layer.crs(), around)
    if subject.extent.isNull() or not subject.extent.isFinite() or not subject.crs.isValid():
        raise NothingToShowError(tr("The extent is empty or has no CRS."))
    try:
        return subject.in_metres(project)
    except NoPlaceError as error:
        raise NothingToShowError(tr("The extent has no place on the Earth in its CRS.")) from error


def _continuous(layer: QgsVectorLayer) -> QgsRectangle:
    """Return the extent of a layer; in degrees on both sides of the antimeridian, one that continues beyond it."""
    extent = layer.extent()
    if not layer.crs().isGeographic() or extent.width() < 180.0:
        return QgsRectangle(extent)
    corners = []
    for feature in layer.getFeatures():
        if feature.geometry().isEmpty():
            continue
        part = feature.geometry().boundingBox()
        turn = 360.0 if part.center().x() < 0 else 0.0
        corners.append(QgsPointXY(part.xMinimum() + turn, part.yMinimum()))
        corners.append(QgsPointXY(part.xMaximum() + turn, part.yMaximum()))
    return box_around(corners) if corners else QgsRectangle(extent)


def _pages(order: MapOrder, layers: MapLayers, project: QgsProject) -> ZonePages | None:
    if layers.zones is None:
        return None
    zones = touched_zones(layers.damage, layers.zones, order.zone_field, project)
    if not zones:
        raise NothingToShowError(
            tr("No building lies in a zone of “{}”: do both layers show the same place?").format(layers.zones.name())
        )
    return ZonePages(layers.zones, order.zone_field, zones)


def _zone_view(view: View, pages: ZonePages, frame: Box, project: QgsProject) -> View:
    """Return a view whose scale is that of the largest page, for symbols of the legend, with a grid for it."""
    ids = {zone.id for zone in pages.zones}
    crs: QgsCoordinateReferenceSystem = pages.layer.crs()
    scales = [
        round_scale(extent_in(feature.geometry().boundingBox(), crs, view.crs, project), frame)
        for feature in pages.layer.getFeatures()
        if feature.id() in ids
    ]
    scale = float(max(scales))
    page = shown_at(view.extent.center(), scale, frame)
    return replace(view, scale=scale, grid=Graticule.of(page, view.crs, project), follows_zones=True)
