"""A result with its two images in a project, and the comparison of them."""

from __future__ import annotations

import pytest
from qgis.core import QgsRasterLayer, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from tests.plugin.fake_engine import write_geopackage


@pytest.fixture
def patterned_pair(tmp_path):
    """Two rasters of 200 × 200 pixels of half a metre whose every part differs from the other image: stripes, steps."""
    from osgeo import gdal, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    paths = []
    for name in ("town_pre", "town_post"):
        path = tmp_path / f"{name}.tif"
        raster = gdal.GetDriverByName("GTiff").Create(str(path), 200, 200, 3, gdal.GDT_Byte)
        raster.SetGeoTransform((500000.0, 0.5, 0.0, 4000100.0, 0.0, -0.5))
        raster.SetProjection(reference.ExportToWkt())
        for band in (1, 2, 3):
            rows = (
                bytes(40 * band + (x // 10 % 2) * 60 for x in range(200))
                if name == "town_pre"
                else bytes([200 - 30 * band + (y // 10 % 2) * 40] * 200)
                for y in range(200)
            )
            raster.GetRasterBand(band).WriteRaster(0, 0, 200, 200, b"".join(rows))
        raster = None
        paths.append(str(path))
    return paths


@pytest.fixture
def result(project, patterned_pair, tmp_path, interface):
    """Damage layer, pre-event and post-event image, with the map on them."""
    path = str(tmp_path / "town.gpkg")
    write_geopackage(path)
    damage = QgsVectorLayer(f"{path}|layername=damage", "Damage", "ogr")
    pre, post = (QgsRasterLayer(source, name) for source, name in zip(patterned_pair, ("before", "after")))  # noqa: B905
    project.addMapLayers([pre, post, damage])
    interface.canvas.setLayers([damage, post, pre])
    interface.canvas.setExtent(QgsRectangle(499990, 3999990, 500110, 4000110))
    interface.canvas.show()
    interface.window.setCentralWidget(interface.canvas)
    interface.window.resize(400, 300)
    interface.window.show()
    QCoreApplication.processEvents()
    return damage, pre, post


@pytest.fixture
def compare(interface, result, wait_until):
    """Begin a comparison and return it once it is drawn; it ends with the test."""
    from xview2_qgis.gui.compare.comparison import Comparison
    from xview2_qgis.results.result_images import ResultImages

    begun = []

    def compare():
        comparison = Comparison(interface.canvas, ResultImages(result[1], result[2]))
        begun.append(comparison)
        comparison.start()
        wait_until(lambda: comparison.drawn)
        return comparison

    yield compare
    for comparison in begun:
        comparison.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
