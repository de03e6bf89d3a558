"""Polygons given to the algorithm, and the file that the engine gets of them."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsRectangle,
    QgsVectorLayer,
)

from tests.plugin.recording_feedback import Feedback
from xview2_qgis.layers.unusable_layer import UnusableLayerError
from xview2_qgis.processing.polygon_input import PolygonInput


@pytest.fixture
def layer(qgis_app):
    """Three squares of 10 m beside each other, 20 m apart."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618&field=osm_id:string&field=name:string", "My houses", "memory")
    for number in range(3):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"way/{number}", "x"])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(20 * number, 0, 20 * number + 10, 10)))
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    return layer


@pytest.fixture
def source(layer):
    context = QgsProcessingContext()
    source = QgsProcessingFeatureSource(layer, context)
    source.context = context  # must not go before the source
    return source


def opened(path):
    layer = QgsVectorLayer(path, "copy", "ogr")
    assert layer.isValid()
    return layer


def test_a_file_with_exactly_these_polygons_is_not_copied(source, tmp_path):
    feedback = Feedback()
    given = PolygonInput("area", source, "/data/zone.gpkg|layername=zone")
    assert given.file(tmp_path, feedback) == "/data/zone.gpkg|layername=zone"
    assert os.listdir(tmp_path) == []
    assert feedback.stages == []


def test_a_copy_is_called_like_the_layer(source, tmp_path):
    feedback = Feedback()
    path = PolygonInput("area", source).file(tmp_path, feedback)
    # messages of the engine name the file
    assert path == str(tmp_path / "area" / "My_houses.gpkg")
    copy = opened(path)
    assert (copy.featureCount(), copy.crs().authid()) == (3, "EPSG:32618")
    assert feedback.stages == ["Reading the polygons of “My houses”"]


def test_area_and_footprints_of_one_layer_do_not_meet(source, tmp_path):
    area = PolygonInput("area", source).file(tmp_path, Feedback())
    footprints = PolygonInput("footprints", source, with_ids=True).file(tmp_path, Feedback())
    assert area != footprints
    assert opened(area).fields().indexOf("osm_id") == -1
    assert [feature["osm_id"] for feature in opened(footprints).getFeatures()] == ["way/0", "way/1", "way/2"]


def test_a_part_of_a_file_is_cut_out_of_it(source, tmp_path):
    # also where there is a file with all of them
    area = QgsGeometry.fromRect(QgsRectangle(5, 2, 25, 8))
    path = PolygonInput("area", source, "/data/zone.gpkg", cut_to=area).file(tmp_path, Feedback())
    assert opened(path).featureCount() == 2
    assert opened(path).extent() == QgsRectangle(5, 2, 25, 8)


def test_only_what_lies_within_the_box_and_that_uncut(source, tmp_path):
    path = PolygonInput("footprints", source, with_ids=True, within=QgsRectangle(25, 5, 100, 6))
    copy = opened(path.file(tmp_path, Feedback()))
    assert copy.extent() == QgsRectangle(20, 0, 50, 10)
    assert [feature["osm_id"] for feature in copy.getFeatures()] == ["way/1", "way/2"]


def test_whoever_cancels_does_not_wait_for_the_copy(source, tmp_path):
    feedback = Feedback()
    feedback.cancel()
    # nothing was read, which is no error of the layer then
    assert opened(PolygonInput("area", source).file(tmp_path, feedback)).featureCount() == 0


def test_nothing_left_is_an_error_with_the_name_of_the_layer(source, tmp_path):
    elsewhere = QgsGeometry.fromRect(QgsRectangle(500, 500, 600, 600))
    with pytest.raises(UnusableLayerError, match="No polygon of “My houses” lies in the extent"):
        PolygonInput("area", source, cut_to=elsewhere).file(tmp_path, Feedback())


def test_a_file_that_cannot_be_written_is_an_error_too(source, tmp_path):
    (tmp_path / "area" / "My_houses.gpkg").mkdir(parents=True)
    with pytest.raises(UnusableLayerError, match="cannot be written"):
        PolygonInput("area", source).file(tmp_path, Feedback())


def test_a_temporary_folder_that_went_is_an_error_too(source, tmp_path):
    with pytest.raises(UnusableLayerError, match="cannot be copied"):
        PolygonInput("area", source).file(tmp_path / "gone", Feedback())


def test_what_was_chosen_is_not_changed_in_the_worker(source):
    with pytest.raises(FrozenInstanceError):
        PolygonInput("area", source).with_ids = True
