"""Choosing the area: everything, the map view, or polygons; what of it becomes a file for the engine."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tests.plugin.drawn_layers import polygon_layer
from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.assess.area_choice import AreaChoice
from xview2_qgis.layers.unusable_layer import UnusableLayerError


@pytest.fixture
def choice(interface, layers):
    choice = AreaChoice(interface.canvas)
    yield choice
    choice.deleteLater()


@pytest.fixture
def zone(project, choice):
    return polygon_layer(project, "zone")


@pytest.fixture
def source(choice, layers, tmp_path):
    """Open what the engine would be given."""

    def source():
        path = choice.source(tmp_path, tuple(layers))
        layer = QgsVectorLayer(path, "area", "ogr")
        assert layer.isValid()
        return layer

    return source


def test_at_first_everything_that_both_images_cover(choice, layers, tmp_path):
    assert choice.overlap.isChecked()
    assert choice.source(tmp_path, tuple(layers)) is None
    assert choice.chosen_layer() is None
    assert list(tmp_path.glob("area*")) == []


def test_without_a_map_there_is_no_view(project, layers, tmp_path):
    choice = AreaChoice(None)
    assert not choice.view.isEnabled()
    # not even if something checks it
    choice.view.setChecked(True)
    assert choice.source(tmp_path, tuple(layers)) is None


def test_the_map_view(choice, source, interface):
    interface.canvas.setExtent(QgsRectangle(500045, 4000040, 500055, 4000050))
    choice.view.setChecked(True)
    area = source()
    assert (area.featureCount(), area.crs().authid()) == (1, "EPSG:32618")
    shown = interface.canvas.extent()
    assert area.extent().toString(3) == shown.toString(3)


def test_all_that_a_rotated_map_shows(choice, source, interface):
    interface.canvas.setExtent(QgsRectangle(500040, 4000040, 500060, 4000055))
    interface.canvas.setRotation(30)
    choice.view.setChecked(True)
    shown = QgsGeometry.fromQPolygonF(interface.canvas.mapSettings().visiblePolygon()).boundingBox()
    assert shown.width() > interface.canvas.extent().height()
    assert source().extent().buffered(0.001).contains(shown)


def test_no_polygons_to_choose_from(choice, project):
    # images are no areas, nor are lines
    project.addMapLayer(QgsVectorLayer("LineString?crs=EPSG:32618", "roads", "memory"))
    assert choice.layer.count() == 1
    assert not choice.polygons.isEnabled()
    assert not choice.layer.isEnabled()
    assert not choice.selected_only.isEnabled()


def test_whoever_wants_polygons_is_offered_the_first_layer(choice, zone, source):
    # until then none is chosen, not even one that came last
    assert choice.layer.currentLayer() is None
    choice.polygons.setChecked(True)
    assert choice.chosen_layer() == zone
    assert choice.layer.isEnabled()
    area = source()
    assert area.featureCount() == 2
    assert area.extent() == QgsRectangle(500000, 4000000, 500090, 4000040)
    choice.overlap.setChecked(True)
    assert choice.chosen_layer() is None
    assert not choice.layer.isEnabled()


def test_a_choice_is_not_replaced_by_the_first_layer(choice, zone, project):
    another = polygon_layer(project, "a zone")
    choice.layer.setLayer(zone)
    choice.polygons.setChecked(True)
    assert choice.chosen_layer() == zone
    assert choice.layer.layer(1) == another


def test_without_a_layer_it_is_refused(choice, zone, layers, tmp_path):
    choice.polygons.setChecked(True)
    choice.layer.setLayer(None)
    with pytest.raises(UnusableLayerError, match="Choose the polygon layer"):
        choice.source(tmp_path, tuple(layers))


def test_a_layer_whose_file_is_gone_is_refused(choice, zone, layers, tmp_path):
    choice.polygons.setChecked(True)
    zone.setDataSource(str(tmp_path / "gone.gpkg"), "zone", "ogr")
    assert choice.chosen_layer() == zone
    with pytest.raises(UnusableLayerError, match="“zone” cannot be read"):
        choice.source(tmp_path, tuple(layers))


def test_a_map_without_crs_is_refused(choice, layers, interface, tmp_path):
    interface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    choice.view.setChecked(True)
    with pytest.raises(UnusableLayerError, match="no CRS"):
        choice.source(tmp_path, tuple(layers))


def test_selected_features_are_counted_of_the_chosen_layer(choice, zone, project, source):
    other = polygon_layer(project, "zz")
    choice.polygons.setChecked(True)
    zone.selectByIds([2])
    assert choice.selected_only.text() == "Selected features onl&y (1)"
    choice.selected_only.setChecked(True)
    assert source().extent() == QgsRectangle(500050, 4000000, 500090, 4000040)
    choice.layer.setLayer(other)
    assert choice.selected_only.text() == "Selected features onl&y"
    # what is selected elsewhere is of no interest any more
    zone.selectAll()
    assert choice.selected_only.text() == "Selected features onl&y"
    other.selectAll()
    assert choice.selected_only.text() == "Selected features onl&y (2)"


def test_a_layer_that_is_no_longer_watched_may_go(choice, zone, project):
    other = polygon_layer(project, "zz")
    choice.polygons.setChecked(True)
    choice.layer.setLayer(other)
    project.removeMapLayer(zone.id())
    assert choice.chosen_layer() == other
    project.removeMapLayer(other.id())
    assert choice.overlap.isChecked()
    # the next one is watched again
    third = polygon_layer(project, "third")
    choice.polygons.setChecked(True)
    third.selectAll()
    assert choice.selected_only.text() == "Selected features onl&y (2)"


def test_selected_features_of_a_layer_that_went_are_not_counted(choice, zone, project):
    choice.polygons.setChecked(True)
    choice.layer.setLayer(zone)
    zone.selectAll()
    assert choice.selected_only.isEnabled()
    project.removeMapLayer(zone.id())
    assert not choice.selected_only.isEnabled()
    assert choice.selected_only.text() == AreaChoice(None).selected_only.text()


def test_a_layer_with_a_selection_is_proposed_and_an_earlier_result_is_not(choice, project, tmp_path):
    write_geopackage(str(tmp_path / "earlier.gpkg"))
    area = QgsVectorLayer(f"{tmp_path / 'earlier.gpkg'}|layername=assessed_area", "A area", "ogr")
    damage = QgsVectorLayer(f"{tmp_path / 'earlier.gpkg'}|layername=damage", "A damage", "ogr")
    project.addMapLayers([area, damage])
    area.selectAll()
    choice.polygons.setChecked(True)
    assert choice.chosen_layer() is None
    assert choice.layer.currentText() == "Choose a layer…"
    choice.overlap.setChecked(True)
    first, second = polygon_layer(project, "B zone"), polygon_layer(project, "C zone")
    choice.polygons.setChecked(True)
    assert choice.chosen_layer() == first
    choice.overlap.setChecked(True)
    choice.layer.setLayer(None)
    second.selectByIds([1])
    choice.polygons.setChecked(True)
    assert choice.chosen_layer() == second
    # who wants it may choose it
    choice.layer.setLayer(area)
    assert choice.chosen_layer() == area


def test_the_tab_key_still_comes_by_when_the_layer_went(choice, zone, project):
    window = QWidget()
    column = QVBoxLayout(window)
    before, after = QLineEdit(), QLineEdit()  # the Tab key goes in the order of becoming part
    for widget in (before, choice, after):
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    choice.polygons.setFocus()
    choice.polygons.click()
    project.removeMapLayer(zone.id())
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert window.focusWidget() == choice.overlap
    choice.setParent(None)
    window.deleteLater()
