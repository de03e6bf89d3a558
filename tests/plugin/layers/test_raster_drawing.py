"""What a layer shows: against renderers and settings made by hand."""

from __future__ import annotations

import pytest
from osgeo import gdal
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer, QgsRasterRange, QgsSingleBandGrayRenderer

from xview2_qgis.layers.raster_drawing import RasterDrawing, bands_given
from xview2_qgis.layers.unusable_layer import UnusableLayerError


@pytest.fixture
def image(qgis_app, tmp_path):
    """Four bands of 16 bits that say nothing, with 0 as their value for no data."""
    path = str(tmp_path / "image.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, 8, 8, 4, gdal.GDT_UInt16)
    dataset.SetGeoTransform((0, 1, 0, 0, 0, -1))
    for band in range(1, 5):
        dataset.GetRasterBand(band).SetNoDataValue(0)
    dataset.FlushCache()
    del dataset
    layer = QgsRasterLayer(path, "image", "gdal")
    assert layer.isValid()
    return layer


def test_what_qgis_shows_by_itself_is_nobodys_choice(image):
    assert RasterDrawing.of(image) == RasterDrawing()


@pytest.mark.parametrize(("bands", "expected"), [((3, 2, 1), "3,2,1"), ((4, 3, 2), "4,3,2"), ((1, 1, 2), None)])
def test_chosen_bands(image, bands, expected):
    image.setRenderer(QgsMultiBandColorRenderer(image.dataProvider(), *bands))
    assert RasterDrawing.of(image).bands == expected
    image.setRenderer(QgsSingleBandGrayRenderer(image.dataProvider(), 2))
    assert RasterDrawing.of(image).bands is None


def test_values_without_data(image):
    provider = image.dataProvider()
    for band in (1, 2, 3):
        provider.setUserNoDataValue(band, [QgsRasterRange(255, 255), QgsRasterRange(-99.5, -90)])
    assert RasterDrawing.of(image).nodata == "255,-99.5:-90"
    for band in (1, 2, 3):
        provider.setUseSourceNoDataValue(band, False)
    assert RasterDrawing.of(image).nodata == "none,255,-99.5:-90"
    provider.setUserNoDataValue(2, [])  # of one band alone
    assert RasterDrawing.of(image).nodata == "none"


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), (" 3, 2,1 ", "3,2,1"), ("4 3 2", "4,3,2"), ("1;2;3", "1,2,3")]
)
def test_typed_bands(image, text, expected):
    assert bands_given(text, image) == expected


@pytest.mark.parametrize("text", ["1,2", "0,1,2", "1,2,5", "red", "1,2,3,4"])
def test_typed_bands_that_are_none(image, text):
    with pytest.raises(UnusableLayerError, match="numbers from 1 to 4"):
        bands_given(text, image)
