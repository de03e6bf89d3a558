"""Raster layers as the engine opens them."""

from __future__ import annotations

import shutil

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsRasterLayer,
)

from xview2_qgis.layers.raster_source import corrected_crs, raster_source
from xview2_qgis.layers.unusable_layer import UnusableLayerError


def test_raster_file(image_pair):
    assert raster_source(QgsRasterLayer(image_pair[0], "pre")) == image_pair[0]


def test_raster_with_relative_path(image_pair, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert raster_source(QgsRasterLayer("pre.tif", "pre")) == image_pair[0]


def test_raster_with_options_and_inside_a_zip(image_pair, tmp_path):
    layer = QgsRasterLayer(image_pair[0] + "|option:NUM_THREADS=2", "pre")
    assert raster_source(layer) == image_pair[0]
    archive = shutil.make_archive(str(tmp_path / "images"), "zip", tmp_path, "pre.tif")
    inside = f"/vsizip/{archive}/pre.tif"
    assert raster_source(QgsRasterLayer(inside, "pre")) == inside


def test_crs_corrected_in_qgis(image_pair):
    layer = QgsRasterLayer(image_pair[0], "pre")
    assert corrected_crs(layer) is None
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32619"))
    assert corrected_crs(layer) == "EPSG:32619"
    assert raster_source(layer) == image_pair[0]
    # a CRS of the user's own has no number that others know
    own = QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lat_0=18.2 +lon_0=-72.5 +datum=WGS84 +units=m")
    layer.setCrs(own)
    assert "+lat_0=18.2 +lon_0=-72.5 " in QgsCoordinateReferenceSystem.fromWkt(corrected_crs(layer)).toProj()
    # not knowing one is no correction
    layer.setCrs(QgsCoordinateReferenceSystem())
    assert corrected_crs(layer) is None


def test_web_service_is_refused(qgis_app):
    layer = QgsRasterLayer("type=xyz&url=http://localhost/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    with pytest.raises(UnusableLayerError, match=r"tiles.*WMS.*Save"):
        raster_source(layer)


def test_a_login_of_qgis_means_nothing_to_the_engine(image_pair, monkeypatch):
    path = image_pair[0]
    layer = QgsRasterLayer(path, "before")
    monkeypatch.setattr(layer, "source", lambda: f"{path} authcfg='abc1234'")
    assert raster_source(layer) == path
    monkeypatch.setattr(layer, "source", lambda: "/vsicurl/https://example.org/pre.tif authcfg='abc1234'")
    with pytest.raises(UnusableLayerError, match="login that only QGIS knows"):
        raster_source(layer)
