"""The chips: the right piece of each image at a fixed scale, also of rotated images and in other CRS."""

from __future__ import annotations

import math

import pytest
from osgeo import gdal
from qgis.core import QgsDistanceArea, QgsProject, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtGui import QColor

from tests.plugin.gui.review.conftest import NORTH, WEST
from xview2_qgis.gui.review.chips.frame import ChipFrames


def colour(chip):
    """The colour in the middle of a chip."""
    picture = chip.grab().toImage()
    found = QColor(picture.pixel(picture.width() // 2, picture.height() // 2))
    return found.red(), found.green(), found.blue()


def near(found, wanted):
    return all(abs(a - b) <= 12 for a, b in zip(found, wanted))  # noqa: B905 - Python 3.9


def is_drawn(dock):
    return dock.face.chips.pre.has_picture and dock.face.chips.post.has_picture


def test_each_chip_shows_its_image(dock, images, town_layer, wait_until):
    wait_until(lambda: is_drawn(dock))
    assert near(colour(dock.face.chips.pre), (200, 10, 10))
    assert near(colour(dock.face.chips.post), (10, 10, 200))


def test_an_image_that_is_drawn_differently_is_so_in_its_chip(dock, images, town_layer, wait_until):
    wait_until(lambda: is_drawn(dock))
    renderer = images[1].renderer().clone()
    renderer.setRedBand(3)
    images[1].setRenderer(renderer)
    wait_until(lambda: near(colour(dock.face.chips.post), (200, 10, 200)))


@pytest.mark.parametrize("kind", ["rotated", "geographic"])
def test_the_middle_of_the_chip_is_the_middle_of_the_building(dock, town_layer, write_image, project, wait_until, kind):
    """A white spot of 4 m on the middle of the building, placed by GDAL, is in that of the chip."""
    dock.session.go_to(6)
    middle = town_layer.getFeature(6).geometry().centroid().asPoint()
    if kind == "rotated":
        turn = math.radians(30)
        pixel = 0.5
        transform = (WEST - 40, pixel * math.cos(turn), pixel * math.sin(turn), NORTH + 20, pixel * math.sin(turn),
                     -pixel * math.cos(turn))  # fmt: skip
        path, x, y = write_image("post", (0, 90, 0), transform), middle.x(), middle.y()
    else:
        from osgeo import osr

        source, target = osr.SpatialReference(), osr.SpatialReference()
        source.ImportFromEPSG(32616)
        target.ImportFromEPSG(4326)
        target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        x, y, _ = osr.CoordinateTransformation(source, target).TransformPoint(middle.x(), middle.y())
        transform = (x - 1e-3, 5e-6, 0, y + 1e-3, 0, -5e-6)
        path = write_image("post", (0, 90, 0), transform, epsg=4326)
    raster = gdal.Open(path, gdal.GA_Update)
    column, line = gdal.ApplyGeoTransform(gdal.InvGeoTransform(transform), x, y)
    for band in (1, 2, 3):
        spot = raster.GetRasterBand(band)
        patch = bytes([255]) * 64
        spot.WriteRaster(round(column) - 4, round(line) - 4, 8, 8, patch)
    raster = None
    project.addMapLayer(QgsRasterLayer(path, "post"))
    wait_until(lambda: dock.face.chips.post.has_picture)
    assert near(colour(dock.face.chips.post), (255, 255, 255))
    assert "“pre.tif” was not found" in dock.face.chips.pre.message


def test_a_pixel_is_as_many_metres_as_is_said(town_layer):
    """The outline in the frame against QGIS's ellipsoidal lengths; the CRS of the layer is wrong by up to 0.04 %."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(town_layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid("WGS84")
    frames = ChipFrames(town_layer, QgsProject.instance().transformContext())
    for feature in town_layer.getFeatures():
        framed = frames.frame(feature.geometry())
        assert framed.outline.length() == pytest.approx(measure.measurePerimeter(feature.geometry()), rel=1e-5)
    assert framed.extent(60, 40).width() == 60
    assert framed.extent(60, 40).contains(framed.outline.boundingBox())


def test_an_image_that_ends_before_the_building_is_told(dock, town_layer, write_image, project):
    far = (WEST + 5000, 0.5, 0, NORTH, 0, -0.5)
    project.addMapLayer(QgsRasterLayer(write_image("pre", (9, 9, 9), far), "pre"))
    assert dock.face.chips.pre.message == "The image does not reach here."


def test_the_map_goes_to_a_building_that_is_out_of_sight(dock, town_layer, interface):
    canvas = interface.canvas
    canvas.setDestinationCrs(town_layer.crs())
    canvas.setExtent(QgsRectangle(700_000, 3_000_000, 700_100, 3_000_100))
    dock.session.go_to(5)
    assert canvas.extent().contains(town_layer.getFeature(5).geometry().boundingBox())
    dock.face.plan.follows.setChecked(False)
    canvas.setExtent(QgsRectangle(700_000, 3_000_000, 700_100, 3_000_100))
    dock.session.go_to(6)
    assert canvas.extent().xMinimum() > 690_000
