"""Values of parameters in all their guises, read without a trace."""

from __future__ import annotations

import os

import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
    QgsRasterLayer,
    QgsVectorLayer,
)

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.processing.raw_value import named_inputs, named_output


@pytest.fixture
def context(project):
    context = QgsProcessingContext()
    context.setProject(project)
    yield context
    # a mere look notes no layer to load, and opens none
    assert context.layersToLoadOnCompletion() == {}
    assert context.temporaryLayerStore().count() == 0


@pytest.fixture
def result(tmp_path):
    """A GeoPackage with two layers."""
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    return path


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("/a/out.gpkg", "/a/out.gpkg"),
        ("x/../out.gpkg", "x/../out.gpkg"),
        (QgsProperty.fromValue("/a/out.gpkg"), "/a/out.gpkg"),
        (QgsProperty.fromExpression("'/a/' || 'out.gpkg'"), "/a/out.gpkg"),
        ("TEMPORARY_OUTPUT", ""),
        ("", ""),
        (None, ""),
        (False, ""),
        (17, ""),
        (QgsProperty.fromExpression("1 +"), ""),
        (QgsProperty(), ""),
    ],
)
def test_the_file_of_a_destination(context, project, value, file):
    assert named_output(value, context) == file
    if isinstance(value, (str, QgsProperty)):
        # what the toolbox makes of it where the result is to be loaded
        assert named_output(QgsProcessingOutputLayerDefinition(value, project), context) == file


def test_a_layer_in_all_its_guises(context, project, result):
    layer = QgsVectorLayer(f"{result}|layername=damage", "the town", "ogr")
    project.addMapLayer(layer)
    for value in (
        layer,
        layer.id(),
        "the town",
        layer.source(),
        QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True),
        QgsProcessingFeatureSourceDefinition(layer.source(), False, 1),
        QgsProperty.fromValue(layer.id()),
    ):
        assert named_inputs(value, context) == {result}


def test_a_layer_outside_the_project(context, result):
    assert named_inputs(QgsVectorLayer(f"{result}|layername=damage", "town", "ogr"), context) == {result}
    assert named_inputs(QgsVectorLayer("Polygon?crs=EPSG:32618", "in memory", "memory"), context) == set()


def test_a_layer_that_nobody_has_opened(context, result):
    assert named_inputs(f"{result}|layername=damage", context) == {result}
    assert named_inputs(QgsProcessingFeatureSourceDefinition(f"{result}|layername=damage"), context) == {result}


def test_addresses_of_images(context, image_pair, tmp_path):
    path = str(tmp_path / "image.gpkg")
    gdal.Translate(path, image_pair[0], format="GPKG", creationOptions=["RASTER_TABLE=image"])
    assert named_inputs(image_pair[0], context) == {image_pair[0]}
    assert named_inputs(f"GPKG:{path}:image", context) == {path}
    assert named_inputs(QgsRasterLayer(f"GPKG:{path}:image", "image"), context) == {path}


def test_the_parts_of_a_mosaic_count_too(context, image_pair, tmp_path):
    path = str(tmp_path / "mosaic.vrt")
    gdal.BuildVRT(path, list(image_pair)).FlushCache()
    assert named_inputs(path, context) == {path, *image_pair}


def test_a_file_named_from_here(context, result, monkeypatch):
    monkeypatch.chdir(os.path.dirname(result))
    assert named_inputs("out.gpkg", context) == {result}


@pytest.mark.parametrize("value", [None, "", "/no/such/file.tif", "no such layer", 17, QgsProperty(), "::|"])
def test_what_names_no_file(context, value):
    assert named_inputs(value, context) == set()
