"""The review dock with a real result and images."""

from __future__ import annotations

import pytest
from osgeo import gdal, osr
from qgis.core import QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from xview2_qgis.gui.review.dock import ReviewDock

#: Upper left corner of the scene of tests/engine/output/geopackage/review_town.py, EPSG:32616, and its size in metres.
WEST, NORTH, SIDE = 600_000.0, 3_000_000.0, 100.0


@pytest.fixture
def write_image(tmp_path):
    """Write an image of one colour (red, green, blue) over the town, by a geotransform or upright by default."""

    def write(name, colour, transform=(WEST - 50, 0.5, 0, NORTH + 50, 0, -0.5), epsg=32616, size=400):
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        path = str(tmp_path / f"{name}.tif")
        raster = gdal.GetDriverByName("GTiff").Create(path, size, size, 3, gdal.GDT_Byte)
        raster.SetGeoTransform(transform)
        raster.SetProjection(reference.ExportToWkt())
        for band, value in enumerate(colour, 1):
            raster.GetRasterBand(band).Fill(value)
        raster = None
        return path

    return write


@pytest.fixture
def images(project, write_image):
    """The images that the record of the town names, in the project."""
    colours = {"pre": (200, 10, 10), "post": (10, 10, 200)}
    layers = [QgsRasterLayer(write_image(name, colour), name) for name, colour in colours.items()]
    for layer in layers:
        project.addMapLayer(layer)
    return layers


@pytest.fixture
def dock(interface, project):
    """The dock in its window, which has the focus."""
    interface.window.setCentralWidget(interface.canvas)
    interface.window.resize(1000, 700)
    interface.window.show()
    dock = ReviewDock(interface, interface.window)
    dock.bring_up()
    QApplication.setActiveWindow(interface.window)
    QApplication.processEvents()
    yield dock
    dock.shut_down()
    dock.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def press(dock):
    """Press a key, into the dock or another widget."""
    return lambda key, widget=None: QTest.keyClick(widget or dock.face, key)
