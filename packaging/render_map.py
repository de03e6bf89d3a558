"""Renders a map of a result with QGIS: image, damage layer in its embedded style, legend with counts, scale, north.

Run by the Python that has PyQGIS::

    QT_QPA_PLATFORM=offscreen python3 packaging/render_map.py damage.gpkg post.tif map.png
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDistanceArea,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsLineSymbol,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont

#: Page in millimetres, and its picture.
PAGE = (282.0, 193.875)
PIXELS = QSize(1600, 1100)
SIDE = 66.0
#: Class of an outline in which a reviewer found no building; it is in no count.
NO_BUILDING = "no-building"
MARGIN = 7.0
TEXT = QColor("#22282c")
SOFT = QColor("#6a7378")


class UnreadableLayerError(Exception):
    """A layer cannot be opened."""


class DamageMap:
    """A one-page map of a result.

    Args:
        geopackage: output of the assessment.
        raster: image behind the buildings.
        title: heading.
    """

    def __init__(self, geopackage: str, raster: str, title: str) -> None:
        self._project = QgsProject.instance()
        self._damage = QgsVectorLayer(f"{geopackage}|layername=damage", "Buildings", "ogr")
        area = QgsVectorLayer(f"{geopackage}|layername=assessed_area", "Assessed area", "ogr")
        self._image = QgsRasterLayer(raster, Path(raster).stem, "gdal")
        for layer, source in ((self._damage, geopackage), (area, geopackage), (self._image, raster)):
            if not layer.isValid():
                raise UnreadableLayerError(source)
        self._layers = [self._damage, area, self._image]
        self._project.addMapLayers(self._layers)
        self._extent_layer = area if area.featureCount() else self._damage
        self._crs = _metric_crs(self._extent_layer)
        self._project.setCrs(self._crs)
        self._title = title

    def write(self, path: str) -> None:
        """Write the map as PNG.

        Raises:
            OSError: the file cannot be written.
        """
        layout = QgsPrintLayout(self._project)
        layout.initializeDefaults()
        layout.pageCollection().page(0).setPageSize(_size(*PAGE))
        page_map = self._add_map(layout)
        left = PAGE[0] - SIDE - MARGIN + 4
        width = SIDE - 4
        self._add_text(layout, self._title, QRectF(left, MARGIN, width, 10), 15, bold=True)
        self._add_text(layout, self._summary(), QRectF(left, MARGIN + 11, width, 12), 9.5, colour=SOFT)
        self._add_legend(layout, page_map, left, MARGIN + 30, width)
        self._add_north(layout, page_map)
        self._add_scale(layout, page_map, left)
        # not exportToImage: that wants to georeference the picture, which PNG cannot hold
        image = QgsLayoutExporter(layout).renderPageToImage(0, PIXELS)
        if not image.save(path):
            raise OSError(path)

    def _add_map(self, layout: QgsPrintLayout) -> QgsLayoutItemMap:
        item = QgsLayoutItemMap(layout)
        _place(layout, item, MARGIN, MARGIN, PAGE[0] - SIDE - 2 * MARGIN, PAGE[1] - 2 * MARGIN)
        item.setCrs(self._crs)
        item.setLayers(self._layers)
        item.setKeepLayerSet(True)
        item.setBackgroundColor(QColor("#eceeee"))
        transform = QgsCoordinateTransform(self._extent_layer.crs(), self._crs, self._project)
        extent = QgsRectangle(transform.transformBoundingBox(self._extent_layer.extent()))
        extent.scale(1.03)
        item.zoomToExtent(extent)
        item.setFrameEnabled(True)
        item.setFrameStrokeColor(SOFT)
        return item

    def _add_legend(self, layout: QgsPrintLayout, page_map: QgsLayoutItemMap, x: float, y: float, width: float) -> None:
        self._count_in_legend()
        item = QgsLayoutItemLegend(layout)
        _place(layout, item, x, y, width, 60)
        item.setLinkedMap(page_map)
        item.setAutoUpdateModel(False)
        root = item.model().rootGroup()
        root.clear()
        root.addLayer(self._damage)
        area = root.addLayer(self._layers[1])
        QgsLegendRenderer.setNodeLegendStyle(area, QgsLegendStyle.Style.Hidden)
        item.setSymbolWidth(7)
        item.setSymbolHeight(4.5)
        item.setBoxSpace(0)
        for style, size, bold in (
            (QgsLegendStyle.Style.Subgroup, 11, True),
            (QgsLegendStyle.Style.SymbolLabel, 10, False),
        ):
            changed = item.style(style)
            _set_text_format(changed, size, bold, TEXT)
            item.setStyle(style, changed)
        label = item.style(QgsLegendStyle.Style.Symbol)
        label.setMargin(QgsLegendStyle.Side.Top, 2.2)
        item.setStyle(QgsLegendStyle.Style.Symbol, label)
        item.refresh()
        item.adjustBoxSize()

    def _count_in_legend(self) -> None:
        """Put the number of buildings behind the name of each class."""
        renderer = self._damage.renderer()
        if not isinstance(renderer, QgsCategorizedSymbolRenderer):
            return
        field = self._damage.fields().lookupField(renderer.classAttribute())
        if field < 0:
            return
        counts: dict[object, int] = {}
        for feature in self._damage.getFeatures():
            value = feature.attribute(field)
            counts[value] = counts.get(value, 0) + 1
        for index, category in reversed(list(enumerate(renderer.categories()))):
            count = counts.get(category.value(), 0)
            if category.value() == NO_BUILDING and not count:
                renderer.deleteCategory(index)
            elif category.label():
                renderer.updateCategoryLabel(index, f"{category.label()}   {count:,}".replace(",", "\u202f"))

    def _summary(self) -> str:
        measure = QgsDistanceArea()
        measure.setSourceCrs(self._layers[1].crs(), self._project.transformContext())
        measure.setEllipsoid("WGS84")
        square_metres = sum(measure.measureArea(feature.geometry()) for feature in self._layers[1].getFeatures())
        area = f"{square_metres / 1e6:.2f} km²" if square_metres >= 1e5 else f"{square_metres / 1e4:.1f} ha"
        count = self._damage.featureCount()
        if (field := self._damage.fields().lookupField("final_class")) >= 0:
            count -= sum(feature.attribute(field) == NO_BUILDING for feature in self._damage.getFeatures())
        return f"{count} buildings on {area}\nImage: {Path(self._image.source()).name}"

    def _add_text(
        self,
        layout: QgsPrintLayout,
        text: str,
        box: QRectF,
        size: float,
        bold: bool = False,
        colour: QColor = TEXT,
    ) -> None:
        item = QgsLayoutItemLabel(layout)
        _place(layout, item, box.x(), box.y(), box.width(), box.height())
        item.setText(text)
        _set_text_format(item, size, bold, colour)
        item.setMarginX(0)
        item.setMarginY(0)

    def _add_north(self, layout: QgsPrintLayout, page_map: QgsLayoutItemMap) -> None:
        # on a disc, so that it is seen on any image
        x, y, size = MARGIN + 4, MARGIN + 4, 13.0
        disc = QgsLayoutItemShape(layout)
        disc.setShapeType(QgsLayoutItemShape.Shape.Ellipse)
        _place(layout, disc, x, y, size, size)
        symbol = disc.symbol().clone()
        symbol.setColor(QColor(255, 255, 255, 215))
        symbol.symbolLayer(0).setStrokeStyle(Qt.PenStyle.NoPen)
        disc.setSymbol(symbol)
        arrow = QgsLayoutItemPicture(layout)
        _place(layout, arrow, x + 2, y + 2, size - 4, size - 4)
        arrow.setPicturePath(_north_arrow())
        arrow.setLinkedMap(page_map)
        arrow.setNorthMode(QgsLayoutItemPicture.NorthMode.TrueNorth)

    def _add_scale(self, layout: QgsPrintLayout, page_map: QgsLayoutItemMap, x: float) -> None:
        item = QgsLayoutItemScaleBar(layout)
        layout.addLayoutItem(item)
        item.setStyle("Single Box")
        item.setLinkedMap(page_map)
        item.applyDefaultSize(QgsUnitTypes.DistanceUnit.DistanceMeters)
        item.setNumberOfSegmentsLeft(0)
        item.setNumberOfSegments(2)
        item.setHeight(2)
        item.setBoxContentSpace(0)
        item.setTextFormat(_text_format(9, False, TEXT))
        item.setFillSymbol(QgsFillSymbol.createSimple({"color": TEXT.name(), "outline_style": "no"}))
        item.setLineSymbol(QgsLineSymbol.createSimple({"color": TEXT.name(), "width": "0.3"}))
        item.update()
        item.attemptMove(QgsLayoutPoint(x, PAGE[1] - MARGIN - 22, QgsUnitTypes.LayoutUnit.LayoutMillimeters))
        text = f"{self._crs.userFriendlyIdentifier()}\nDamage estimated from images, not verified on the ground"
        self._add_text(layout, text, QRectF(x, PAGE[1] - MARGIN - 9, SIDE - 4, 9), 7.5, colour=SOFT)


def _metric_crs(layer: QgsVectorLayer) -> QgsCoordinateReferenceSystem:
    """Return the CRS of a layer, or the UTM zone around it when that is in degrees: maps in degrees are squeezed."""
    crs = layer.crs()
    if not crs.isGeographic():
        return crs
    geographic = QgsCoordinateReferenceSystem("EPSG:4326")
    transform = QgsCoordinateTransform(crs, geographic, QgsProject.instance())
    centre = transform.transformBoundingBox(layer.extent()).center()
    zone = min(int((centre.x() + 180) // 6) + 1, 60)
    return QgsCoordinateReferenceSystem(f"EPSG:{32600 + zone if centre.y() >= 0 else 32700 + zone}")


def _north_arrow() -> str:
    for folder in QgsApplication.svgPaths():
        for name in ("NorthArrow_02.svg", "NorthArrow_01.svg"):
            path = Path(folder) / "arrows" / name
            if path.is_file():
                return str(path)
    return ""


def _size(width: float, height: float) -> QgsLayoutSize:
    return QgsLayoutSize(width, height, QgsUnitTypes.LayoutUnit.LayoutMillimeters)


def _place(layout: QgsPrintLayout, item: QgsLayoutItem, x: float, y: float, width: float, height: float) -> None:
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(x, y, QgsUnitTypes.LayoutUnit.LayoutMillimeters))
    item.attemptResize(_size(width, height))


def _text_format(size: float, bold: bool, colour: QColor) -> QgsTextFormat:
    font = QFont("DejaVu Sans")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setBold(bold)
    text_format = QgsTextFormat()
    text_format.setFont(font)
    text_format.setSize(size)
    text_format.setColor(colour)
    return text_format


def _set_text_format(target, size: float, bold: bool, colour: QColor) -> None:  # noqa: ANN001 - label or legend style
    text_format = _text_format(size, bold, colour)
    if hasattr(target, "setTextFormat"):
        target.setTextFormat(text_format)
        return
    # QGIS 3.22
    font = text_format.font()
    font.setPointSizeF(size)
    target.setFont(font)
    if hasattr(target, "setFontColor"):
        target.setFontColor(colour)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Renders a map of an assessment with QGIS.")
    parser.add_argument("geopackage", help="output of the assessment")
    parser.add_argument("raster", help="image behind the buildings")
    parser.add_argument("map", help="PNG to write")
    parser.add_argument("--title", default="Building damage")
    options = parser.parse_args(arguments)
    application = QgsApplication([], True)
    application.initQgis()
    try:
        DamageMap(options.geopackage, options.raster, options.title).write(options.map)
    except UnreadableLayerError as error:
        print(f"error: {error} cannot be opened: run the assessment again", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error} cannot be written: choose another place", file=sys.stderr)
        return 1
    finally:
        # before the application goes, or their destructors run too late
        QgsProject.instance().clear()
    print(options.map)
    return 0


if __name__ == "__main__":
    sys.exit(main())
