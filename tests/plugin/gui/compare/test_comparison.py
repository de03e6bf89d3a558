"""The comparison on a real map: its pixels against those of the layers drawn by QGIS one after the other."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsMapRendererSequentialJob, QgsMapSettings, QgsRectangle
from qgis.gui import QgsMapTool, QgsMapToolPan
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QImage, QMouseEvent, QPainter
from qgis.PyQt.QtTest import QTest

from xview2_qgis.gui.compare.view import Shows

SIDE = 16  # pixels beside the divider that its line and grip may cover
TOP = 85  # pixels that the labels may cover


def drawn(canvas, layers):
    """What QGIS draws of layers on the map of now."""
    settings = QgsMapSettings(canvas.mapSettings())
    settings.setLayers(layers)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def shown(comparison, canvas):
    """What the comparison puts onto the map."""
    image = QImage(canvas.viewport().size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    comparison.curtain.paint(painter)
    painter.end()
    return image


def share_alike(first, second, columns, rows):
    """Share of the pixels in which two images differ by no more than rounding."""
    assert first.size() == second.size()
    places = [(x, y) for x in columns for y in rows]
    alike = 0
    for x, y in places:
        a, b = first.pixelColor(x, y), second.pixelColor(x, y)
        alike += max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= 3
    return alike / len(places)


def check_sides(comparison, canvas, result, share):
    damage, pre, post = result
    image = shown(comparison, canvas)
    width, height = image.width(), image.height()
    edge = round(share * width)
    rows = range(TOP, height, 3)
    left, right = range(0, max(edge - SIDE, 0), 3), range(edge + SIDE, width, 3)
    before, after = drawn(canvas, [damage, pre]), drawn(canvas, [damage, post])
    assert share_alike(before, after, range(0, width, 3), rows) < 0.8  # the two can be told apart
    if left:
        assert share_alike(image, before, left, rows) > 0.995
    if right:
        assert share_alike(image, after, right, rows) > 0.995


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(
    ("crs", "rotation"), [("EPSG:32618", 0), ("EPSG:32618", 37), ("EPSG:4326", 0), ("EPSG:3857", -120)]
)
def test_each_side_of_the_divider_is_its_image_below_the_buildings(
    compare, interface, result, wait_until, crs, rotation, share
):
    canvas = interface.canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(result[1], result[1].extent()))
    canvas.setRotation(rotation)
    comparison = compare()
    comparison.show_view(comparison.view.divided_at(share))
    wait_until(lambda: comparison.drawn)
    check_sides(comparison, canvas, result, share)


def test_the_map_may_move_meanwhile(compare, interface, result, wait_until):
    comparison, first = compare(), []

    def look():
        assert not comparison.drawn
        first.append(shown(comparison, interface.canvas))

    # after the comparison, which begins to draw anew at the same signal
    interface.canvas.renderStarting.connect(look)
    interface.canvas.setExtent(QgsRectangle(500010, 4000020, 500060, 4000070))
    interface.canvas.refresh()
    wait_until(lambda: first and comparison.drawn)
    interface.canvas.renderStarting.disconnect(look)
    # what was drawn before lies where it belongs until there is more
    middle = range(80, 120), range(100, 200)
    assert share_alike(first[0], shown(comparison, interface.canvas), *middle) > 0.8
    check_sides(comparison, interface.canvas, result, 0.5)


def test_the_divider_stays_while_the_map_is_dragged(compare, interface, result):
    canvas, viewport = interface.canvas, interface.canvas.viewport()
    tool = QgsMapToolPan(canvas)
    canvas.setMapTool(tool)
    comparison = compare()
    before = shown(comparison, canvas)
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, left, none, QPoint(300, 150))
    for x in range(300, 250, -10):
        place = QPointF(x, 150)
        move = QMouseEvent(
            QEvent.Type.MouseMove, place, QPointF(viewport.mapToGlobal(QPoint(x, 150))), left, left, none
        )
        QCoreApplication.sendEvent(viewport, move)
    assert canvas.mapToScene(0, 0).x() == 40  # so far that the map is 40 pixels further left
    after = viewport.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    edge = canvas.viewport().width() // 2
    assert after.pixelColor(edge, 80) == before.pixelColor(edge, 80)  # the line
    rows = range(TOP, 250, 3)
    moved = QImage(before.copy(40, 0, edge + SIDE, before.height()))
    assert share_alike(moved.copy(0, 0, 120, 280), after.copy(0, 0, 120, 280), range(0, 120, 3), rows) > 0.995
    QTest.mouseRelease(viewport, left, none, QPoint(260, 150))


def test_images_that_the_map_does_not_show_are_compared(compare, interface, result, wait_until):
    interface.canvas.setLayers([result[0]])
    comparison = compare()
    check_sides(comparison, interface.canvas, result, 0.5)


def test_a_faded_pre_event_image_lets_the_other_through(compare, interface, result):
    damage, pre, post = result
    comparison = compare()
    comparison.bar.opacity.setValue(50)
    image = shown(comparison, interface.canvas)
    before, after = drawn(interface.canvas, [damage, pre]), drawn(interface.canvas, [damage, post])
    x, y = 110, 200  # on the left, on no building
    mixed = (before.pixelColor(x, y).red() + after.pixelColor(x, y).red()) / 2
    assert image.pixelColor(x, y).red() == pytest.approx(mixed, abs=2)


def test_the_divider_is_dragged_and_the_map_tool_keeps_the_rest(compare, interface):
    canvas, viewport = interface.canvas, interface.canvas.viewport()
    tool = QgsMapToolPan(canvas)
    canvas.setMapTool(tool)
    comparison, extent = compare(), canvas.extent()
    width, height = viewport.width(), viewport.height()
    button = Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(width // 2 + 4, height // 2))
    QTest.mouseMove(viewport, QPoint(width // 4, height // 2))
    QTest.mouseRelease(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(width // 4, height // 2))
    assert comparison.view.divider == pytest.approx(0.25, abs=0.01)
    assert canvas.extent() == extent
    QTest.mousePress(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(width - 50, height // 2))
    QTest.mouseRelease(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(width - 50, height // 2))
    assert comparison.view.divider == pytest.approx(0.25, abs=0.01)
    assert canvas.extent() != extent  # a click of the hand makes that place the middle
    assert canvas.mapTool() is tool


def test_keys(compare, interface, wait_until):
    canvas, shift = interface.canvas, Qt.KeyboardModifier.ShiftModifier
    comparison, extent, ended = compare(), canvas.extent(), []
    comparison.ended.connect(lambda: ended.append(True))
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert comparison.view.divider == pytest.approx(0.51)
    QTest.keyClick(canvas, Qt.Key.Key_Left, shift)
    assert comparison.view.divider == pytest.approx(0.41)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert comparison.view.shows is Shows.PRE
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert comparison.view.shows is Shows.POST
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert comparison.view.shows is Shows.BOTH
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert (comparison.view.opacity, comparison.bar.opacity.value()) == (pytest.approx(0.9), 90)
    QTest.keyClick(canvas, Qt.Key.Key_F)
    seen = {comparison.view.shows}
    wait_until(lambda: seen.add(comparison.view.shows) or seen == {Shows.PRE, Shows.POST})
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert not comparison.bar.blink.isChecked()
    assert canvas.extent() == extent  # to which the arrow keys belong otherwise
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert ended == [True]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.extent() != extent


def test_a_tool_that_draws_keeps_escape(compare, interface):
    class Drawing(QgsMapTool):
        def keyPressEvent(self, event):  # noqa: N802 - name is QGIS's
            taken.append(event.key())

    taken, ended = [], []
    comparison, tool, pan = compare(), Drawing(interface.canvas), QgsMapToolPan(interface.canvas)
    comparison.ended.connect(lambda: ended.append(True))
    interface.canvas.setMapTool(tool)
    QTest.keyClick(interface.canvas, Qt.Key.Key_Escape)
    assert (taken, ended) == ([Qt.Key.Key_Escape], [])
    interface.canvas.setMapTool(pan)
    QTest.keyClick(interface.canvas, Qt.Key.Key_Escape)
    assert ended == [True]


def test_all_of_an_image_without_a_divider(compare, interface, result):
    comparison = compare()
    QTest.keyClick(interface.canvas, Qt.Key.Key_Space)
    check_sides(comparison, interface.canvas, result, 1.0)
    QTest.keyClick(interface.canvas, Qt.Key.Key_Space)
    check_sides(comparison, interface.canvas, result, 0.0)


def test_it_ends_with_its_images(compare, interface, result, project):
    comparison, ended = compare(), []
    comparison.ended.connect(lambda: ended.append(True))
    items = len(interface.canvas.scene().items())
    project.removeMapLayer(result[1])
    assert ended == [True]
    assert len(interface.canvas.scene().items()) == items - 1
