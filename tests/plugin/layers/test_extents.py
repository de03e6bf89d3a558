"""Rectangles as polygons and files of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from xview2_qgis.layers.extents import extent_file, extent_in
from xview2_qgis.layers.unusable_layer import UnusableLayerError


def test_extent(qgis_app, tmp_path):
    crs = QgsCoordinateReferenceSystem("EPSG:32618")
    layer = QgsVectorLayer(extent_file(QgsRectangle(1, 2, 30, 40), crs, tmp_path, "area"), "area", "ogr")
    assert layer.extent() == QgsRectangle(1, 2, 30, 40)
    assert layer.crs() == crs
    geometry = next(layer.getFeatures()).geometry()
    assert geometry.area() == pytest.approx(29 * 38)
    # enough points for the sides to bend in another CRS
    assert geometry.constGet().nCoordinates() > 40


@pytest.mark.parametrize("rectangle", [QgsRectangle(), QgsRectangle(0, 0, 0, 5), QgsRectangle(0, 0, float("inf"), 1)])
def test_empty_or_endless_extent(qgis_app, tmp_path, rectangle):
    with pytest.raises(UnusableLayerError):
        extent_file(rectangle, QgsCoordinateReferenceSystem("EPSG:32618"), tmp_path, "area")
    assert list(Path(tmp_path).glob("*.gpkg")) == []


def test_an_extent_bends_in_another_crs(qgis_app):
    utm, polar = QgsCoordinateReferenceSystem("EPSG:32618"), QgsCoordinateReferenceSystem("EPSG:3995")
    context = QgsProject.instance().transformContext()
    box = extent_in(QgsRectangle(500000, 4000000, 500040, 4000040), utm, polar, context)
    # the scale of the polar projection is 1.19 at 36 degrees; a box around the corners would have twice the area
    assert box.area() == pytest.approx(1600 * 1.2376**2, rel=0.1)
    assert box.boundingBox().area() > 1.5 * box.area()
