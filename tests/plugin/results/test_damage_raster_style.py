"""The damage raster in QGIS lists four classes in the product's colours, and nothing else is drawn."""

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import Qgis, QgsPalettedRasterRenderer, QgsRasterLayer
from qgis.PyQt.QtGui import QColor

from xview2_qgis.engine.output.damage_raster.categories import colours, write_categories
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_LABELS, DAMAGE_CLASSES
from xview2_qgis.results.damage_raster_style import show_classes


def test_four_classes(qgis_app, tmp_path):
    path = str(tmp_path / "damage.tif")
    raster = gdal.GetDriverByName("GTiff").Create(path, 6, 1, 1, gdal.GDT_Byte)
    raster.GetRasterBand(1).WriteArray(np.array([[0, 1, 2, 3, 4, 255]], np.uint8))
    raster.SetGeoTransform((0, 1, 0, 0, 0, -1))
    raster = None
    layer = QgsRasterLayer(path, "damage")
    show_classes(layer)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    shown = {c.value: (c.color.name(), c.label) for c in renderer.classes()}
    assert shown == {int(d): (CLASS_COLOURS[d], CLASS_LABELS[d]) for d in DAMAGE_CLASSES}
    pixels = renderer.block(1, layer.extent(), 6, 1, None)
    alphas = [QColor.fromRgba(pixels.color(0, column)).alpha() for column in range(6)]
    assert alphas == [0, 255, 255, 255, 255, 0]


def drawn_raster(path):
    """A damage raster with one pixel of each value, with colours and names as the engine writes them."""
    raster = gdal.GetDriverByName("GTiff").Create(path, 6, 1, 1, gdal.GDT_Byte)
    band = raster.GetRasterBand(1)
    band.WriteArray(np.array([[0, 1, 2, 3, 4, 255]], np.uint8))
    band.SetNoDataValue(255)
    table = gdal.ColorTable()
    for value, colour in colours().items():
        table.SetColorEntry(value, colour)
    band.SetColorTable(table)
    raster.SetGeoTransform((0, 1, 0, 0, 0, -1))
    raster = band = None
    write_categories(Path(path))


def test_gdal_reads_names_and_table(tmp_path):
    path = str(tmp_path / "damage.tif")
    drawn_raster(path)
    raster = gdal.Open(path)
    band = raster.GetRasterBand(1)
    table = band.GetDefaultRAT()
    rows = [
        (table.GetValueAsInt(row, 0), table.GetValueAsString(row, 1), *(table.GetValueAsInt(row, k) for k in (2, 3, 4)))
        for row in range(table.GetRowCount())
    ]
    assert rows == [
        (int(damage), CLASS_LABELS[damage], *QColor(CLASS_COLOURS[damage]).getRgb()[:3]) for damage in DAMAGE_CLASSES
    ]
    assert [table.GetUsageOfCol(column) for column in range(6)] == [
        gdal.GFU_MinMax, gdal.GFU_Name, gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue, gdal.GFU_Alpha,
    ]  # fmt: skip
    assert band.GetCategoryNames()[4] == "Destroyed"


@pytest.mark.skipif(Qgis.QGIS_VERSION_INT < 33000, reason="older versions read no attribute tables")
def test_opened_without_the_plugin_it_lists_four_classes(qgis_app, tmp_path):
    path = str(tmp_path / "damage.tif")
    drawn_raster(path)
    layer = QgsRasterLayer(path, "damage")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    shown = {c.value: (c.color.name(), c.label) for c in renderer.classes()}
    assert shown == {int(d): (CLASS_COLOURS[d], CLASS_LABELS[d]) for d in DAMAGE_CLASSES}
