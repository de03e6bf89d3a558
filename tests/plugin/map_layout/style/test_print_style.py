"""Buildings on paper, by the pixels that QGIS draws."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

from tests.plugin.map_layout.drawn_result import write_result
from xview2_qgis.map_layout.style.print_style import print_style
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_NAMES, DAMAGE_CLASSES, Damage

EAST, NORTH = 500_000.0, 4_000_000.0
BOXES = [
    (CLASS_NAMES[damage], EAST + 40 * int(damage), NORTH, EAST + 40 * int(damage) + 20, NORTH + 20) for damage in Damage
]


@pytest.fixture
def drawn(tmp_path, project):
    """Draw five buildings 40 m apart at a scale; returns the picture and the place of each class in it."""
    path = write_result(
        tmp_path / "row.gpkg", [*BOXES, ("no-building", EAST, NORTH + 40, EAST + 20, NORTH + 60)], 32618
    )
    layer = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "row", "ogr"))

    def draw(scale):
        settings = QgsMapSettings()
        settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32618"))
        settings.setLayers([layer])
        settings.setLayerStyleOverrides({layer.id(): print_style(layer)})
        settings.setOutputDpi(300)
        pixel = scale * 0.0254 / 300
        settings.setOutputSize(QSize(int(260 / pixel) + 40, int(120 / pixel) + 40))
        middle, size = QgsPointXY(EAST + 100, NORTH + 30), settings.outputSize()
        settings.setExtent(
            QgsRectangle(
                middle.x() - size.width() * pixel / 2, middle.y() - size.height() * pixel / 2,
                middle.x() + size.width() * pixel / 2, middle.y() + size.height() * pixel / 2,
            )
        )  # fmt: skip
        settings.setBackgroundColor(QColor("#808080"))
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        picture, transform = job.renderedImage(), settings.mapToPixel()

        def at(east, north):
            place = transform.transform(east, north)
            return picture.pixelColor(round(place.x()), round(place.y()))

        return at

    return draw


@pytest.mark.parametrize("scale", [1000, 4000])
def test_damage_has_its_colour_and_an_edge(drawn, scale):
    at = drawn(scale)
    for damage in (Damage.MINOR, Damage.MAJOR, Damage.DESTROYED):
        assert at(EAST + 40 * damage + 10, NORTH + 10).name() == CLASS_COLOURS[damage]
        assert at(EAST + 40 * damage, NORTH + 10).lightness() < 110  # also pale yellow on a pale roof
    blue = at(EAST + 40 * Damage.NO_DAMAGE + 10, NORTH + 10)
    assert blue.blue() > blue.red() + 15  # the roof is seen through it
    assert at(EAST + 40 * Damage.NO_DAMAGE, NORTH + 10).name() == CLASS_COLOURS[Damage.NO_DAMAGE]
    assert at(EAST + 10, NORTH + 50).name() == "#808080"  # a review found no building


def test_classes_differ_in_grey(drawn):
    at = drawn(1000)
    greys = {damage: at(EAST + 40 * damage + 10, NORTH + 10).lightness() for damage in DAMAGE_CLASSES}
    grey = [at(EAST + 40 * damage + 10, NORTH + 10) for damage in (Damage.DESTROYED, Damage.MAJOR, Damage.MINOR)]
    luma = [0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue() for colour in grey]
    assert luma[1] - luma[0] > 60
    assert luma[2] - luma[1] > 40
    assert len(greys) == 4


@pytest.mark.parametrize("scale", [20_000, 100_000])
def test_from_afar_each_building_is_a_dot_that_is_seen(drawn, scale):
    at = drawn(scale)
    if scale == 20_000:  # farther away the dots lie on each other
        for damage in (Damage.MINOR, Damage.MAJOR):
            assert at(EAST + 40 * damage + 10, NORTH + 10).name() == CLASS_COLOURS[damage]
    assert at(EAST + 40 * Damage.DESTROYED + 10, NORTH + 10).name() == CLASS_COLOURS[Damage.DESTROYED]


def test_the_layer_keeps_its_own_style(told_layer):
    before = told_layer.renderer().type()
    assert "RuleRenderer" in print_style(told_layer)
    assert told_layer.renderer().type() == before == "categorizedSymbol"
