"""The main map of a sheet: buildings on the image, grid, north arrow, and the scale bar below."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutMeasurement,
    QgsLayoutPoint,
    QgsLineSymbol,
    QgsUnitTypes,
)
from qgis.PyQt.QtGui import QColor

from .content.map_words import MapWords
from .map_layers import MapLayers
from .page.box import Box
from .page.sheet import Sheet, Side
from .page.type_face import DARK, SOFT, TypeFace
from .place.view import View
from .style.symbols import simple_fill

_MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters
MAIN_MAP = "Main map"
_ARROWS = ("NorthArrow_02.svg", "NorthArrow_01.svg")
_BAR = 0.42  # of the strip's width, at most
_SEGMENTS = 2


def add_main_map(sheet: Sheet, layers: MapLayers, view: View) -> QgsLayoutItemMap:
    """Add the map with grid and north arrow.

    Args:
        sheet: the page.
        layers: what it shows.
        view: CRS, extent and scale.
    """
    item = QgsLayoutItemMap(sheet.layout)
    sheet.put(item, sheet.plan.map, MAIN_MAP)
    item.setCrs(view.crs)
    item.setLayers(layers.shown)
    item.setKeepLayerSet(True)
    item.setLayerStyleOverrides(layers.styles())
    item.setKeepLayerStyles(True)
    item.setBackgroundColor(QColor("#f4f5f5"))
    item.setExtent(view.extent)
    frame(item, sheet.plan.type_size)
    view.grid.draw(item, sheet.plan.type_size, layers.image is not None, sheet.right_to_left)
    _add_north(sheet, item)
    return item


def frame(item: QgsLayoutItemMap, size: float) -> None:
    """Put a thin frame around a map."""
    item.setFrameEnabled(True)
    item.setFrameStrokeColor(QColor(DARK))
    item.setFrameStrokeWidth(QgsLayoutMeasurement(0.25 * size, _MM))


def _add_north(sheet: Sheet, page_map: QgsLayoutItemMap) -> None:
    size, plan = 11.0 * sheet.plan.type_size, sheet.plan
    place = Box(plan.map.right - 1.25 * size, plan.map.y + 0.25 * size, size, size)
    # on a disc, so that it is seen on any image
    disc = simple_fill({"color": "255,255,255,225", "outline_style": "no"})
    sheet.shape(place, disc, "North arrow, background", round_=True)
    arrow = QgsLayoutItemPicture(sheet.layout)
    inner = 0.74 * size
    sheet.put(arrow, Box(place.x + (size - inner) / 2, place.y + (size - inner) / 2, inner, inner), "North arrow")
    arrow.setPicturePath(_north_arrow())
    arrow.setLinkedMap(page_map)
    arrow.setNorthMode(QgsLayoutItemPicture.NorthMode.TrueNorth)


def _north_arrow() -> str:
    for folder in QgsApplication.svgPaths():
        for name in _ARROWS:
            path = Path(folder) / "arrows" / name
            if path.is_file():
                return str(path)
    return ""


def add_scale(sheet: Sheet, page_map: QgsLayoutItemMap, view: View, words: MapWords) -> None:
    """Add scale bar, scale and CRS below the map.

    Args:
        sheet: the page.
        page_map: the map that they are about.
        view: of it.
        words: the language.
    """
    plan = sheet.plan
    size, strip = plan.type_size, plan.strip
    bar_width = _BAR * strip.width
    _add_bar(sheet, page_map, strip.part(0.0, bar_width).row(1.6 * size, strip.height - 1.6 * size), words)
    left = strip.part(bar_width + 3 * size, strip.width - bar_width - 3 * size)
    tr = words.words.tr
    scale = tr("Scale {scale} on {paper}").format(scale=_scale_text(sheet, view, words), paper=plan.paper)
    line = 4.0 * size
    face = TypeFace(8.0 * size, bold=True)
    sheet.expression(
        left.row(1.6 * size, line), scale, face.fitted(_longest(scale), left.width, line), "Scale", Side.END
    )
    grid = tr("Grid: degrees, WGS 84") if view.grid.degrees else tr("Grid: metres of the CRS")
    sheet.text(
        left.row(1.6 * size + line, strip.height - 1.6 * size - line),
        f"{tr('CRS: {}').format(view.crs.userFriendlyIdentifier())} · {grid}",
        TypeFace(6.2 * size, colour=SOFT), "Coordinate reference system", Side.END,
    )  # fmt: skip


def _scale_text(sheet: Sheet, view: View, words: MapWords) -> str:
    if not view.follows_zones:
        return f"1:{words.number(round(view.scale))}"
    # each page has its own
    code = str(words.locale.name()).split("_")[0]
    return f"1:[% format_number(map_get(item_variables('{MAIN_MAP}'), 'map_scale'), 0, '{code}') %]"


def _longest(text: str) -> str:
    before, found, rest = text.partition("[%")
    return f"{before}10,000,000{rest.partition('%]')[2]}" if found else text


def _add_bar(sheet: Sheet, page_map: QgsLayoutItemMap, box: Box, words: MapWords) -> None:
    size = sheet.plan.type_size
    item = QgsLayoutItemScaleBar(sheet.layout)
    sheet.put(item, box, "Scale bar")
    item.setStyle("Single Box")
    item.setLinkedMap(page_map)
    long = page_map.extent().width() * box.width / page_map.rect().width()
    kilometres = long > 3000.0
    units = QgsUnitTypes.DistanceUnit
    item.setUnits(units.DistanceKilometers if kilometres else units.DistanceMeters)
    tr = words.words.tr
    item.setUnitLabel(tr("km") if kilometres else tr("m"))
    item.setMapUnitsPerScaleBarUnit(1.0)
    item.setUnitsPerSegment(_segment(0.8 * long / _SEGMENTS) / (1000.0 if kilometres else 1.0))
    item.setNumberOfSegments(_SEGMENTS)
    item.setNumberOfSegmentsLeft(0)
    item.setHeight(1.8 * size)
    item.setLabelBarSpace(0.8 * size)
    item.setBoxContentSpace(0.3 * size)
    item.setTextFormat(TypeFace(7.2 * size).format())
    item.setFillSymbol(simple_fill({"color": DARK, "outline_style": "no"}))
    item.setAlternateFillSymbol(simple_fill({"color": "#ffffff", "outline_style": "no"}))
    item.setLineSymbol(QgsLineSymbol.createSimple({"color": DARK, "width": f"{0.25 * size}"}))
    item.setBackgroundEnabled(False)
    item.update()
    # it takes the room that it needs; in a mirrored page it ends where it would begin
    if sheet.right_to_left:
        right = box.mirrored(sheet.plan.width).right
        item.attemptMove(QgsLayoutPoint(right - item.rect().width(), box.y, _MM))


def _segment(longest: float) -> float:
    """Return the largest of 1, 2, 2.5 and 5 with zeros that is not longer, metres."""
    best = 1.0
    for decade in range(7):
        for part in (1.0, 2.0, 2.5, 5.0):
            if part * 10**decade <= longest:
                best = max(best, part * 10.0**decade)
    return best
