"""The composition of a map: a result, wishes and layers become a print layout that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsDistanceArea,
    QgsGeometry,
    QgsLayoutItemMap,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsVectorLayer,
)

from .content.map_facts import MapFacts
from .content.map_texts import MapTexts
from .content.map_words import MapWords
from .legend import LegendBlock, LegendRow, area_row, class_rows
from .main_map import add_main_map, add_scale
from .map_layers import NONE, MapLayers
from .overview import OverviewBlock
from .page.box import Box
from .page.column import Columns, TextBlock, fill
from .page.page_plan import PagePlan
from .page.sheet import Sheet, Side
from .page.type_face import DARK, SOFT, TypeFace
from .place.metric_crs import centre_in_degrees
from .place.round_scale import ROUND_SCALES
from .place.view import View
from .style.print_style import POLYGONS_TO
from .style.symbols import simple_fill
from .zone_pages import ZonePages

_ATLAS_MARGIN = 0.06
_ALARM = "#8c1010"
_LINE = 4.7  # millimetres of the lines below the title, on A4


@dataclass(frozen=True)
class DamageMap:
    """A map that is to be composed.

    Attributes:
        facts: of the result.
        texts: what it says.
        words: its language.
        plan: of the page.
        view: what it shows.
        layers: of it.
        image: which image is shown, ``post``, ``pre`` or ``none``.
    """

    facts: MapFacts
    texts: MapTexts
    words: MapWords
    plan: PagePlan
    view: View
    layers: MapLayers
    image: str = NONE

    def layout(self, project: QgsProject, name: str, pages: ZonePages | None = None) -> QgsPrintLayout:
        """Return the map as a print layout of a project, which does not hold it yet.

        Args:
            project: that has the layers.
            name: of the layout.
            pages: of the zones; None for a single page.
        """
        layout = QgsPrintLayout(project)
        sheet = Sheet(layout, self.plan, self.words.right_to_left)
        layout.setName(name)
        page_map = add_main_map(sheet, self.layers, self.view)
        layout.setReferenceMap(page_map)
        self._add_header(sheet, pages is not None)
        add_scale(sheet, page_map, self.view, self.words)
        fill(sheet, self._columns(project, page_map, pages))
        if pages is not None:
            page_map.setAtlasDriven(True)
            page_map.setAtlasMargin(_ATLAS_MARGIN)
            page_map.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Predefined)
            layout.renderContext().setPredefinedScales([float(scale) for scale in ROUND_SCALES])
            pages.drive(layout)
        return layout

    def _add_header(self, sheet: Sheet, zones: bool) -> None:
        size, box = self.plan.type_size, self.plan.header
        line = _LINE * size
        lines = [(self.texts.subtitle(), "Event")]
        # numbers of all of the result have no place on the page of a zone
        lines += [] if zones else [(self.texts.headline(), "Headline")]
        lines = [(text, name) for text, name in lines if text]
        title_box = box.row(0.0, box.height - line * len(lines))
        title, face = self.texts.title(), TypeFace(17.0 * size, bold=True)
        if zones:
            longest = f"{title} – {'m' * 24}"
            fitted = face.fitted(longest, title_box.width, title_box.height, 0.4)
            sheet.title(title_box, title, fitted, "[% @atlas_pagename %]")
            below = title_box.height
        else:
            fitted = face.fitted(face.broken(title, box.width), title_box.width, title_box.height)
            below = min(fitted.height(fitted.broken(title, box.width), box.width) + size, title_box.height)
            sheet.text(box.row(0.0, below), title, face, "Title")
        for number, (text, name) in enumerate(lines):
            place = box.row(below + number * line, line)
            sheet.text(place, text, TypeFace(8.8 * size, colour=SOFT if name == "Event" else DARK), name)
        self._add_notice(sheet)

    def _add_notice(self, sheet: Sheet) -> None:
        size = self.plan.type_size
        badge = self.plan.badge
        frame = simple_fill({"color": "#fbf1ef", "outline_color": _ALARM, "outline_width": f"{0.4 * size}"})
        sheet.shape(badge, frame, "Notice, frame")
        inner = Box(badge.x + 2 * size, badge.y + 2.4 * size, badge.width - 4 * size, badge.height - 3.6 * size)
        line = 0.4 * inner.height
        alarm = TypeFace(10.0 * size, True, _ALARM)
        sheet.text(inner.row(0.0, line), self.texts.badge(), alarm, "Notice", Side.MIDDLE)
        note = TypeFace(6.8 * size)
        sheet.text(inner.row(line, inner.height - line), self.texts.badge_note(), note, "Notice, note", Side.MIDDLE)

    def _columns(self, project: QgsProject, page_map: QgsLayoutItemMap, pages: ZonePages | None) -> Sequence[Columns]:
        tr = self.words.words.tr
        location = self.layers.countries is not None and pages is None
        centre = centre_in_degrees(self.view.extent, self.view.crs, project)
        heading = tr("Location") if location else tr("Overview")
        caption = "" if pages else self._coordinates(centre)
        overview = OverviewBlock(heading, caption, page_map, self.layers, self.view, centre)
        legend = LegendBlock(self._rows(project, pages), self.words, self._remark(pages is not None))
        imagery = TextBlock(tr("Images"), self.texts.imagery(self.image), "Images")
        method = TextBlock(tr("Method"), self.texts.method(), "Method")
        limits = TextBlock(tr("Limits"), self.texts.limits(pages is None), "Limits")
        production = TextBlock(tr("Production"), self.texts.production(location), "Production")
        image_blocks = (imagery,) if self.texts.imagery(self.image) else ()
        if self.plan.landscape:
            return (((legend, overview, *image_blocks, method, limits, production),),)
        return (
            ((legend, *image_blocks), (overview, production), (method, limits)),
            ((legend, method), (overview, production), (*image_blocks, limits)),
            ((legend,), (overview, production), (*image_blocks, method, limits)),
            ((legend, production), (overview, method), (*image_blocks, limits)),
        )

    def _coordinates(self, centre: QgsPointXY) -> str:
        north = self.words.decimal(abs(centre.y()), 3)
        east = self.words.decimal(abs(centre.x()), 3)
        tr = self.words.words.tr
        latitude = tr("{}° N") if centre.y() >= 0 else tr("{}° S")
        longitude = tr("{}° E") if centre.x() >= 0 else tr("{}° W")
        return tr("Middle of the map: {latitude}, {longitude}").format(
            latitude=latitude.format(north), longitude=longitude.format(east)
        )

    def _rows(self, project: QgsProject, pages: ZonePages | None) -> list[LegendRow]:
        tr = self.words.words.tr
        counts = None if pages is None else pages.counts(self.words)
        rows = class_rows(self.facts.totals, self.view.scale, self.words, counts)
        area, hidden = self.layers.area, self.layers.not_visible
        if area is not None:
            # of all of the result, also on the page of a zone: how much of a zone was looked at is for the zone table
            size = "" if pages else self.words.area(ground_of(area, project))
            rows.append(area_row(area, tr("Assessed area"), size))
        if hidden is not None:
            size = "" if pages else self.words.area(area_of(hidden, project))
            rows.append(area_row(hidden, tr("Not visible"), size))
        return rows

    def _remark(self, zones: bool) -> str:
        tr, remarks = self.words.words.tr, []
        if zones:
            remarks.append(tr("Numbers of this zone; a building counts where its middle lies."))
        if self.view.scale > POLYGONS_TO:
            remarks.append(tr("Each dot is a building; heavier damage is drawn on top."))
        return " ".join(remarks)


def ground_of(layer: QgsVectorLayer, project: QgsProject) -> float:
    """Return the same of the ground that the polygons cover: where scenes of a merged result overlap, once."""
    shapes = [feature.geometry() for feature in layer.getFeatures() if feature.hasGeometry()]
    joined = QgsGeometry.unaryUnion(shapes) if len(shapes) > 1 else QgsGeometry()
    return area_of(layer, project) if joined.isEmpty() else _measure(layer, project).measureArea(joined)


def area_of(layer: QgsVectorLayer, project: QgsProject) -> float:
    """Return the area of the polygons of a layer on the ellipsoid, square metres."""
    measure = _measure(layer, project)
    return float(sum(measure.measureArea(feature.geometry()) for feature in layer.getFeatures()))


def _measure(layer: QgsVectorLayer, project: QgsProject) -> QgsDistanceArea:
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), project.transformContext())
    measure.setEllipsoid("WGS84")
    return measure
