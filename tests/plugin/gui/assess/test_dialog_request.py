"""What the choices of the dialog ask of the engine."""

from __future__ import annotations

import json
import os

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMultiBandColorRenderer,
    QgsRectangle,
    QgsVectorLayer,
)

from tests.plugin.drawn_layers import polygon_layer
from xview2_qgis.layers.unusable_layer import UnusableLayerError


def test_a_crs_set_in_qgis_is_told(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    assert not [word for word in dialog.request(tmp_path).arguments() if "-crs=" in word]
    layers[1].setCrs(QgsCoordinateReferenceSystem("EPSG:32619"))
    assert [word for word in dialog.request(tmp_path).arguments() if "-crs=" in word] == ["--post-crs=EPSG:32619"]


def test_bands_are_those_typed_else_those_the_layer_shows(make_dialog, layers, tmp_path):
    dialog = make_dialog()
    told = lambda: [word for word in dialog.request(tmp_path).arguments() if "bands=" in word]  # noqa: E731
    assert told() == []
    layers[1].setRenderer(QgsMultiBandColorRenderer(layers[1].dataProvider(), 3, 2, 1))
    advanced = dialog.form.advanced
    advanced.setCollapsed(False)
    assert "3,2,1" in advanced.post_bands.placeholderText()
    assert "3,2,1" not in advanced.pre_bands.placeholderText()
    assert told() == ["--post-shown-bands=3,2,1"]
    advanced.pre_bands.setText("2, 1, 3")
    assert told() == ["--pre-bands=2,1,3", "--post-shown-bands=3,2,1"]
    advanced.pre_bands.setText("2,1")
    with pytest.raises(UnusableLayerError, match="three bands"):
        dialog.request(tmp_path)


def test_a_post_event_image_alone_is_chosen_and_says_what_that_means(make_dialog, project, tmp_path, image_pair):
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "other"))
    dialog.pre.leave_away()
    assert dialog.pre.left_away
    assert "Choose footprints" in dialog.form.images.line.text()
    arguments = dialog.request(tmp_path).arguments()
    assert f"--post={image_pair[1]}" in arguments
    assert not any(argument.startswith(("--pre=", "--pre-")) for argument in arguments)
    dialog.outputs.geopackage.setFilePath("")
    dialog.form.suggest_outputs()
    assert dialog.outputs.geopackage.filePath().endswith("post_damage.gpkg")
    # not the same as an image that is still to be chosen
    dialog.pre.set_layer(None)
    assert not dialog.pre.left_away
    with pytest.raises(UnusableLayerError, match="Choose the pre-event and the post-event image"):
        dialog.request(tmp_path)


def test_request(make_dialog, project, tmp_path, image_pair):
    zone = polygon_layer(project)
    dialog = make_dialog()
    dialog.outputs.geopackage.setFilePath(str(tmp_path / "other"))
    dialog.outputs.with_raster.setChecked(True)
    dialog.area.polygons.setChecked(True)
    dialog.area.layer.setLayer(zone)
    dialog.footprints.setLayer(zone)
    dialog.advanced.device.setCurrentIndex(1)
    dialog.advanced.precision.setCurrentIndex(2)
    dialog.advanced.views.setCurrentIndex(3)
    dialog.advanced.registration.setChecked(False)
    dialog.advanced.outlines.setCurrentIndex(1)
    request = dialog.request(tmp_path)
    assert request.arguments() == [
        "assess",
        f"--pre={image_pair[0]}",
        f"--post={image_pair[1]}",
        f"--output={tmp_path / 'other.gpkg'}",
        f"--model={dialog.model.model().name}",
        f"--aoi={tmp_path / 'area' / 'zone.gpkg'}",
        f"--footprints={tmp_path / 'footprints' / 'zone.gpkg'}",
        f"--damage-raster={tmp_path / 'pre_damage.tif'}",
        "--device=cpu",
        "--precision=fp16",
        "--tta=flips",
        "--register=off",
        "--outlines=right-angled",
        "--events=json",
    ]


def test_map_view(make_dialog, fake_engine, wait_until, interface, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    interface.canvas.setExtent(QgsRectangle(500010, 4000010, 500050, 4000040))
    view = interface.canvas.extent()
    dialog = make_dialog()
    dialog.area.view.setChecked(True)
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()
    record = json.loads((tmp_path / "record.json").read_text())
    # what lies far from the images is cut off
    assert record["aoi"]["extent"] == pytest.approx(
        [max(view.xMinimum(), 499995), min(view.xMaximum(), 500105), view.yMinimum(), view.yMaximum()]
    )
    assert record["aoi"]["crs"] == "32618"
    assert all(record["files"][key] for key in ("--pre", "--post", "--aoi"))
    # temporary files are gone
    [aoi] = [part for part in record["arguments"] if part.startswith("--aoi=")]
    assert not os.path.exists(os.path.dirname(aoi[len("--aoi=") :]))


def test_map_view_of_the_whole_world(make_dialog, interface, tmp_path):
    dialog = make_dialog()
    interface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    interface.canvas.setExtent(QgsRectangle(-3e7, -3e7, 3e7, 3e7))
    dialog.area.view.setChecked(True)
    area = QgsVectorLayer(dialog.request(tmp_path).aoi, "area", "ogr")
    assert 100 < area.extent().width() < 200
    interface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(UnusableLayerError, match="The map has no CRS"):
        dialog.request(tmp_path)


def test_selected_features(make_dialog, fake_engine, wait_until, project, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_ENGINE_RECORD", str(tmp_path / "record.json"))
    zone = polygon_layer(project)
    dialog = make_dialog()
    dialog.area.polygons.setChecked(True)
    assert not dialog.area.selected_only.isEnabled()
    zone.selectByIds([2])
    assert dialog.area.selected_only.isEnabled()
    dialog.area.selected_only.setChecked(True)
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["aoi"]["features"] == 1
    assert record["aoi"]["extent"] == [500050, 500090, 4000000, 4000040]

    # a selection that is changed step by step must not become the whole layer
    zone.removeSelection()
    assert dialog.area.selected_only.isChecked()
    with pytest.raises(UnusableLayerError, match="No feature of “zone” is selected"):
        dialog.request(tmp_path)
    zone.selectByIds([1])
    assert dialog.area.selected_only.isChecked()


def test_bands_go_with_their_image(make_dialog, layers, project):
    dialog = make_dialog()
    dialog.advanced.pre_bands.setText("3,2,1")
    dialog.form.images.swap_button.click()
    assert (dialog.pre.layer(), dialog.post.layer()) == (layers[1], layers[0])
    assert (dialog.advanced.pre_bands.text(), dialog.advanced.post_bands.text()) == ("", "3,2,1")
    project.clear()
    assert dialog.advanced.post_bands.text() == ""


def test_footprints_near_the_images(make_dialog, project, tmp_path):
    footprints = polygon_layer(project)
    far = QgsFeature()
    far.setGeometry(QgsGeometry.fromRect(QgsRectangle(510000, 4000000, 510040, 4000040)))
    footprints.dataProvider().addFeature(far)
    dialog = make_dialog()
    dialog.footprints.setLayer(footprints)
    written = QgsVectorLayer(dialog.request(tmp_path).footprints, "written", "ogr")
    assert [feature["id"] for feature in written.getFeatures()] == [1, 2]
