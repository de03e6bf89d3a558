from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsRasterLayer,
    QgsRectangle,
)

from xview2_qgis.layers.image_overlap import image_overlap

UTM = QgsCoordinateReferenceSystem("EPSG:32618")


@pytest.fixture
def shifted(image_pair, tmp_path):
    """Two images of 100 × 100 m, the second 60 m further east."""
    from osgeo import gdal

    moved = str(tmp_path / "moved.tif")
    gdal.Translate(moved, image_pair[1], outputBounds=(500060, 4000100, 500160, 4000000))
    return QgsRasterLayer(image_pair[0], "pre"), QgsRasterLayer(moved, "post")


def overlap(images, crs=UTM):
    return image_overlap(images, crs, QgsCoordinateTransformContext())


def test_overlap(shifted):
    box = overlap(shifted)
    common = QgsRectangle(500060, 4000000, 500100, 4000100)
    assert box.contains(common)
    assert box.width() < common.width() + 20


def test_other_crs(shifted):
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    box = overlap(shifted, degrees)
    back = QgsCoordinateTransform(degrees, UTM, QgsCoordinateTransformContext()).transformBoundingBox(box)
    assert back.contains(QgsRectangle(500060, 4000000, 500100, 4000100))
    assert back.width() < 80


def test_it_cannot_be_told(shifted):
    pre, post = shifted
    assert overlap(shifted, QgsCoordinateReferenceSystem()) is None
    post.setCrs(QgsCoordinateReferenceSystem("EPSG:32638"))
    assert overlap(shifted) is None
    post.setCrs(QgsCoordinateReferenceSystem())
    assert overlap((pre, post)) is None
