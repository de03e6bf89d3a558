"""Clouds and smoke in the dialog: a layer that is chosen, or polygons drawn on the map by mouse and keys."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapToolPan
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest

from tests.plugin.drawn_layers import polygon_layer
from xview2_qgis.gui.not_visible.choice import NotVisibleChoice


@pytest.fixture
def canvas(interface):
    canvas = interface.canvas
    canvas.setExtent(QgsRectangle(500000, 4000000, 500400, 4000300))
    canvas.setMapTool(QgsMapToolPan(canvas))
    return canvas


@pytest.fixture
def choice(canvas, project):
    choice = NotVisibleChoice(canvas)
    choice.show()
    yield choice
    choice.end_drawing()
    choice.deleteLater()


def click(canvas, *places, last=Qt.MouseButton.LeftButton):
    *first, end = places
    for place in first:
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*place))
    QTest.mouseClick(canvas.viewport(), last, Qt.KeyboardModifier.NoModifier, QPoint(*end))


def draw(canvas, west=50, south=250):
    click(
        canvas, (west, south), (west + 100, south), (west + 100, south - 100), (west, south - 100), (west, south),
        last=Qt.MouseButton.RightButton,
    )  # fmt: skip


def test_at_first_everything_is_visible(choice, tmp_path):
    assert choice.source(tmp_path) is None
    assert choice.layers.currentText() == "None – everything is visible"
    assert choice.hint.isHidden()


def test_a_layer_of_the_project(choice, project, tmp_path):
    layer = polygon_layer(project, "clouds")
    choice.layers.setLayer(layer)
    written = QgsVectorLayer(choice.source(tmp_path), "written", "ogr")
    assert written.featureCount() == layer.featureCount()


def test_polygons_are_drawn_into_a_layer_that_is_then_chosen(choice, canvas, project, tmp_path):
    pan = canvas.mapTool()
    choice.draw_button.click()
    assert not choice.hint.isHidden()
    draw(canvas)
    layer = choice.layer()
    assert (layer.name(), layer.providerType(), layer.crs()) == (
        "Not visible",
        "memory",
        canvas.mapSettings().destinationCrs(),
    )
    pixel = canvas.mapUnitsPerPixel()
    [feature] = layer.getFeatures()
    assert feature.geometry().area() == pytest.approx((100 * pixel) ** 2, rel=1e-6)
    # a second one comes to the first, also in another CRS of the map
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    draw(canvas, west=200)
    assert choice.layer() is layer
    shapes = [feature.geometry() for feature in layer.getFeatures()]
    # the scale of the map is only about the same
    assert shapes[1].area() == pytest.approx(shapes[0].area(), rel=0.5)
    assert shapes[1].distance(shapes[0]) < 400 * pixel
    choice.draw_button.click()
    assert canvas.mapTool() is pan
    written = QgsVectorLayer(choice.source(tmp_path), "written", "ogr")
    assert written.featureCount() == 2


def test_keys_take_back_and_end(choice, canvas):
    pan = canvas.mapTool()
    choice.draw_button.click()
    click(canvas, (50, 250), (150, 250), (300, 100))
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    click(canvas, (150, 150), last=Qt.MouseButton.LeftButton)
    click(canvas, (150, 150), last=Qt.MouseButton.RightButton)
    [feature] = choice.layer().getFeatures()
    assert feature.geometry().area() == pytest.approx((100 * canvas.mapUnitsPerPixel()) ** 2 / 2, rel=1e-6)
    click(canvas, (50, 250), (150, 250))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)  # gives the polygon up
    assert choice.draw_button.isChecked()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not choice.draw_button.isChecked()
    assert canvas.mapTool() is pan
    assert choice.layer().featureCount() == 1


def test_two_corners_are_no_polygon(choice, canvas):
    choice.draw_button.click()
    click(canvas, (50, 250), (150, 250), (150, 250), last=Qt.MouseButton.RightButton)
    assert choice.layer() is None


def test_crossing_lines_are_mended(choice, canvas):
    choice.draw_button.click()
    click(canvas, (50, 250), (150, 150), (150, 250), (50, 150), (50, 150), last=Qt.MouseButton.RightButton)
    [feature] = choice.layer().getFeatures()
    assert feature.geometry().isGeosValid()
    assert feature.geometry().area() == pytest.approx((100 * canvas.mapUnitsPerPixel()) ** 2 / 2, rel=1e-6)


def test_another_tool_ends_the_drawing_and_stays(choice, canvas):
    choice.draw_button.click()
    other = QgsMapToolPan(canvas)
    canvas.setMapTool(other)
    assert not choice.draw_button.isChecked()
    assert canvas.mapTool() is other


def test_the_drawing_ends_with_the_window(choice, canvas):
    choice.draw_button.click()
    choice.hide()
    assert not choice.draw_button.isChecked()


def test_a_drawn_layer_without_polygons_hides_nothing(choice, canvas, tmp_path):
    choice.draw_button.click()
    draw(canvas)
    choice.layer().dataProvider().truncate()
    assert choice.source(tmp_path) is None


def test_without_a_map_nothing_is_drawn(project):
    choice = NotVisibleChoice(None)
    assert not choice.draw_button.isEnabled()
    choice.deleteLater()
