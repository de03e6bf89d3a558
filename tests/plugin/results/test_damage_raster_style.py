"""The damage raster in QGIS lists four classes in the product's colours, and nothing else is drawn."""

import numpy as np
from osgeo import gdal
from qgis.core import QgsPalettedRasterRenderer, QgsRasterLayer
from qgis.PyQt.QtGui import QColor

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
