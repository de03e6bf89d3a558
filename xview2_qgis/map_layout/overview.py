"""The small map that says where the large one is."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutItemMap,
    QgsLayoutItemMapOverview,
    QgsPointXY,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from .main_map import frame
from .map_layers import MapLayers
from .page.box import Box
from .page.column import draw_heading, heading_height
from .page.sheet import Sheet
from .page.type_face import SOFT, TypeFace
from .place.view import View
from .style.style_text import style_text
from .style.symbols import simple_fill

#: Metres that a map of the surroundings shows from left to right.
_WIDE = 1_600_000.0
_METRES_PER_DEGREE = 111_319.49  # along a meridian of this projection
_LEAST, _MOST = 0.44, 0.75  # height as a part of the width
_SMALL_DOTS = 0.5
_CAPTION = 3.4
_RING = 3.2
_SEA, _LAND, _BORDER = "#dfe8ee", "#f3f0e8", "#8d8d8d"


class OverviewBlock:
    """The overview as a block.

    Args:
        heading: above it.
        caption: below it; may be empty.
        page_map: the main map.
        layers: of the main map.
        view: of the main map, over all pages.
        centre: of it, longitude and latitude.
    """

    def __init__(
        self,
        heading: str,
        caption: str,
        page_map: QgsLayoutItemMap,
        layers: MapLayers,
        view: View,
        centre: QgsPointXY,
    ) -> None:
        self._heading, self._caption = heading, caption
        self._page_map, self._layers, self._view, self._centre = page_map, layers, view, centre

    def least(self, width: float, size: float) -> float:
        """Return the height that it needs."""
        return self._around(size) + _LEAST * width

    def most(self, width: float, size: float) -> float:
        """Return the height of a map that is not too tall."""
        return self._around(size) + _MOST * width

    def _around(self, size: float) -> float:
        return heading_height(self._heading, size) + (_CAPTION * size if self._caption else 0.0)

    def draw(self, sheet: Sheet, box: Box, size: float) -> None:
        """Put it on a page."""
        top = draw_heading(sheet, box, self._heading, "Overview", size)
        place = box.row(top, box.height - self._around(size))
        item = QgsLayoutItemMap(sheet.layout)
        sheet.put(item, place, "Overview map")
        item.setKeepLayerSet(True)
        item.setKeepLayerStyles(True)
        countries = self._layers.countries
        if countries is None or self._layers.zones is not None:
            self._show_scene(item, place)
        else:
            self._show_surroundings(sheet, item, place, countries, size)
        frame(item, 0.8 * size)
        if self._caption:
            sheet.text(
                Box(box.x, place.bottom + 0.5 * size, box.width, (_CAPTION - 0.5) * size), self._caption,
                TypeFace(5.8 * size, colour=SOFT), "Overview, caption",
            )  # fmt: skip

    def _show_scene(self, item: QgsLayoutItemMap, place: Box) -> None:
        """Show all of the scene, and the part of it that is on the page."""
        item.setCrs(self._view.crs)
        item.setLayers([layer for layer in self._layers.shown if layer is not self._layers.image])
        item.setLayerStyleOverrides(self._layers.styles(_SMALL_DOTS))
        shown = QgsRectangle(self._view.extent)
        shown.scale(1.1 if self._view.follows_zones else 4.0)
        item.setExtent(_of_shape(shown, place))
        overview = QgsLayoutItemMapOverview("page", item)
        item.overviews().addOverview(overview)
        overview.setLinkedMap(self._page_map)
        overview.setFrameSymbol(
            simple_fill({"color": "215,25,28,30", "outline_color": "#b00010", "outline_width": "0.5"})
        )

    def _show_surroundings(
        self, sheet: Sheet, item: QgsLayoutItemMap, place: Box, countries: QgsVectorLayer, size: float
    ) -> None:
        """Show the countries around, with the scene in the middle."""
        item.setCrs(centred_crs(self._centre))
        styles: dict[str | None, str | None] = {countries.id(): _border_style(_LAND, _BORDER, 0.2)}
        states = self._layers.states
        if states is not None:
            styles[states.id()] = _border_style("0,0,0,0", "#dad5c9", 0.08)
        item.setLayers([countries] if states is None else [states, countries])
        item.setLayerStyleOverrides(styles)
        item.setBackgroundColor(QColor(_SEA))
        half = _WIDE / 2
        north = _METRES_PER_DEGREE * self._centre.y()
        item.setExtent(_of_shape(QgsRectangle(-half, north - 1.0, half, north + 1.0), place))
        ring = _RING * size
        for colour, line in (("#ffffff", 1.3), ("#b00010", 0.7)):
            box = Box(place.x + (place.width - ring) / 2, place.y + (place.height - ring) / 2, ring, ring)
            symbol = simple_fill({"style": "no", "outline_color": colour, "outline_width": f"{line * size}"})
            sheet.shape(box, symbol, "Overview, mark", round_=True)


def centred_crs(centre: QgsPointXY) -> QgsCoordinateReferenceSystem:
    """Return a CRS around a place, metres, true along its parallel and its meridian; it knows no antimeridian.

    An azimuthal one would turn countries of the other side of the Earth inside out.
    """
    place = f"+lat_ts={centre.y():.4f} +lon_0={centre.x():.4f}"
    text = f"+proj=eqc {place} +datum=WGS84 +units=m +no_defs"
    return QgsCoordinateReferenceSystem.fromProj(text)


def _of_shape(extent: QgsRectangle, place: Box) -> QgsRectangle:
    """Return an extent, wider or taller, so that it fills a frame."""
    scale = max(extent.width() / place.width, extent.height() / place.height)
    centre = extent.center()
    half, tall = scale * place.width / 2, scale * place.height / 2
    return QgsRectangle(centre.x() - half, centre.y() - tall, centre.x() + half, centre.y() + tall)


def _border_style(fill: str, line: str, width: float) -> str:
    symbol = simple_fill({"color": fill, "outline_color": line, "outline_width": f"{width}"})
    return style_text(QgsSingleSymbolRenderer(symbol))
