"""Choosing an image: of the project, or a file that is added to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsSettings, QgsVectorLayer
from qgis.gui import QgsLayerTreeMapCanvasBridge
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QToolButton

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.assess.raster_choice import RasterChoice


@pytest.fixture
def choice(project):
    choice = RasterChoice("Pre-event image")
    choice.heard = []
    choice.changed.connect(lambda: choice.heard.append(choice.layer()))
    choice.rejected.connect(choice.heard.append)
    yield choice
    choice.deleteLater()


@pytest.fixture
def ask(choice, monkeypatch):
    """Press the button, answer the file dialog, and return the folder in which it began."""

    def ask(answer):
        begun = []

        def dialog(parent, title, folder, filters):
            assert title == "Pre-event image"
            assert "*.tif" in filters
            begun.append(folder)
            return answer, ""

        monkeypatch.setattr(QFileDialog, "getOpenFileName", dialog)
        choice.findChild(QToolButton).click()
        return begun[0]

    return ask


def test_images_are_offered_and_none_is_chosen(choice, layers, project):
    project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32618", "zone", "memory"))
    combo = choice.findChild(QComboBox)
    assert [combo.itemText(i) for i in range(combo.count())] == ["Choose a layer…", "after", "before"]
    assert choice.layer() is None


def test_a_chosen_layer(choice, layers):
    choice.set_layer(layers[1])
    assert choice.layer() == layers[1]
    choice.set_layer(None)
    assert choice.layer() is None
    assert choice.heard == [layers[1], None]


def test_a_file_becomes_a_layer_of_the_project_and_is_chosen(choice, image_pair, project):
    assert choice.add_file(image_pair[0])
    [layer] = project.mapLayers().values()
    assert choice.layer() == layer
    assert (layer.name(), layer.source()) == ("pre", image_pair[0])
    assert (layer.width(), layer.height(), layer.bandCount()) == (200, 200, 3)
    assert choice.heard[-1] == layer


@pytest.mark.parametrize(
    ("behaviour", "wanted"),
    [("", "EPSG:32618"), ("UseCrsOfFirstLayerAdded", "EPSG:32618"), ("UsePresetCrs", "EPSG:4326")],
)
def test_an_empty_project_takes_the_crs_of_the_image(choice, image_pair, project, behaviour, wanted):
    """Unless the user has set in QGIS that it keeps its own."""
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    QgsSettings().setValue("app/projections/newProjectCrsBehavior", behaviour)
    try:
        assert choice.add_file(image_pair[0])
        assert project.crs().authid() == wanted
    finally:
        QgsSettings().remove("app/projections")


def test_a_project_that_is_not_empty_keeps_its_crs(choice, layers, image_pair, project):
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert choice.add_file(image_pair[1])
    assert project.crs().authid() == "EPSG:3857"


def test_the_crs_of_a_pair_is_that_of_its_first_image(choice, image_pair, project, interface, tmp_path, wait_until):
    """QGIS itself takes that of the layer on top, which is the second one."""
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), interface.canvas)
    degrees = str(tmp_path / "degrees.tif")
    gdal.Warp(degrees, image_pair[1], dstSRS="EPSG:4326")
    drawn = []
    interface.canvas.layersChanged.connect(lambda: drawn.append(1))
    assert choice.add_file(image_pair[0])
    assert choice.add_file(degrees)
    wait_until(lambda: drawn)
    assert project.crs().authid() == "EPSG:32618"
    bridge.deleteLater()


def test_a_file_lands_below_the_results_and_above_everything_else(choice, layers, image_pair, project, tmp_path):
    write_geopackage(str(tmp_path / "earlier.gpkg"))
    root = project.layerTreeRoot()
    group = root.insertGroup(0, "earlier result")
    damage = QgsVectorLayer(f"{tmp_path / 'earlier.gpkg'}|layername=damage", "damage", "ogr")
    project.addMapLayer(damage, False)
    group.addLayer(damage)
    assert choice.add_file(image_pair[0])
    assert [node.name() for node in root.children()] == ["earlier result", "pre", "before", "after"]
    assert len(group.children()) == 1


@pytest.mark.parametrize("content", [None, b"", b"no image at all", "folder"])
def test_what_is_no_image_changes_nothing(choice, layers, project, tmp_path, content):
    choice.set_layer(layers[0])
    choice.heard.clear()
    path = tmp_path / "wrong.tif"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    assert not choice.add_file(str(path))
    assert choice.heard == [str(path)]
    assert choice.layer() == layers[0]
    assert len(project.mapLayers()) == 2


def test_a_file_of_polygons_is_no_image(choice, project, tmp_path):
    path = tmp_path / "zone.geojson"
    path.write_text('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}')
    assert not choice.add_file(str(path))
    assert project.mapLayers() == {}


def test_the_button_begins_where_the_last_image_was(choice, ask, image_pair, project):
    assert ask("") == ""
    assert choice.layer() is None
    assert project.mapLayers() == {}
    ask(image_pair[1])
    assert choice.layer().source() == image_pair[1]
    # also for the next image of the pair, which another field asks for
    assert ask("") == str(Path(image_pair[1]).parent)
    assert choice.layer().source() == image_pair[1]
