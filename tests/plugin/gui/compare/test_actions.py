"""The buttons of a closer look: what they compare, what they say, and how the buildings are drawn."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from xview2_qgis.gui.windows import Windows


@pytest.fixture
def buttons(interface, result):
    windows = Windows(interface)
    yield windows.closer_look
    windows.unload()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def styled(result):
    """The damage layer with both styles in its file."""
    damage = result[0]
    for name, first in (("Filled", True), ("Outline", False)):
        damage.saveStyleToDatabase(name, "", first, "")
    return damage


def texts(interface):
    return [item.text() for item in interface.bar.items()]


def test_the_images_named_as_a_pair_beside_the_result_are_compared(buttons, interface, result, project, wait_until):
    project.removeMapLayers([layer.id() for layer in result[1:]])
    from xview2_qgis.results.result_images import note_images

    note_images(result[0], "town_pre.tif", "town_post.tif")
    buttons.compare.trigger()
    assert buttons.compare.isChecked()
    comparison = buttons.comparison
    wait_until(lambda: comparison.drawn)
    buttons.compare.trigger()
    assert buttons.comparison is None
    assert texts(interface) == []
    assert len(project.mapLayers()) == 1  # they were opened for the comparison only


def test_a_missing_image_is_named(buttons, interface, result):
    from xview2_qgis.results.result_images import note_images

    note_images(result[0], "/elsewhere/old.tif", result[2].source())
    buttons.compare.trigger()
    assert not buttons.compare.isChecked()
    [text] = texts(interface)
    assert "“old.tif”" in text
    assert "town_post" not in text


def test_without_a_result_the_pair_of_the_project_is_compared(buttons, interface, result, project):
    project.removeMapLayer(result[0])
    buttons.compare.trigger()
    assert buttons.comparison is not None
    buttons.end()
    project.removeMapLayer(result[1])
    buttons.compare.trigger()
    assert buttons.comparison is None
    assert "Open a result first" in texts(interface)[0]


def test_outlines_and_fills_are_one_click_apart(buttons, styled, project):
    buttons.outlines.trigger()
    assert styled.styleManager().currentStyle() == "Outline"
    assert buttons.outlines.isChecked()
    buttons.outlines.trigger()
    assert styled.styleManager().currentStyle() == "Filled"
    assert not buttons.outlines.isChecked()


def test_the_button_follows_the_menu_of_the_layer(buttons, styled, project):
    buttons.outlines.trigger()
    other = QgsVectorLayer(styled.source(), "again", "ogr")
    project.addMapLayer(other)
    assert not buttons.outlines.isChecked()  # not of all of them
    from xview2_qgis.results.result_styles import offer_styles

    offer_styles(other)
    other.styleManager().setCurrentStyle("Outline")
    assert buttons.outlines.isChecked()


def test_a_comparison_shows_roofs_and_gives_the_fills_back(buttons, styled, result):
    from xview2_qgis.results.result_images import note_images

    note_images(styled, result[1].source(), result[2].source())
    buttons.compare.trigger()
    assert styled.styleManager().currentStyle() == "Outline"
    buttons.comparison.end()
    assert styled.styleManager().currentStyle() == "Filled"
    buttons.compare.trigger()
    buttons.outlines.trigger()
    buttons.outlines.trigger()  # chosen during the comparison
    buttons.comparison.end()
    assert styled.styleManager().currentStyle() == "Outline"


def test_a_file_without_styles_is_told(buttons, interface, result):
    buttons.outlines.trigger()
    assert "no such style" in texts(interface)[0]
    assert not buttons.outlines.isChecked()
