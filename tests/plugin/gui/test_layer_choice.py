"""The list of layers: nothing is chosen by itself, neither at first nor when the chosen layer goes."""

from __future__ import annotations

import pytest
from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer

from xview2_qgis.gui.layer_choice import LayerChoice


@pytest.fixture
def towns(project):
    """Three polygon layers in the project."""
    layers = [QgsVectorLayer("Polygon?crs=EPSG:32618", name, "memory") for name in ("Aden", "Bern", "Cork")]
    project.addMapLayers(layers)
    return layers


@pytest.fixture
def choice(towns):
    choice = LayerChoice("Choose one…")
    yield choice
    choice.deleteLater()


def test_nothing_is_chosen_by_itself(choice, towns):
    assert choice.currentLayer() is None
    assert [choice.itemText(index) for index in range(choice.count())] == ["Choose one…", "Aden", "Bern", "Cork"]


def test_the_list_says_that_nothing_is_chosen(choice, towns):
    """Layers that were there before the list was made must not leave it blank."""
    assert (choice.currentIndex(), choice.currentText()) == (0, "Choose one…")
    choice.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
    assert choice.currentText() == "Choose one…"
    choice.setLayer(towns[1])
    choice.setLayer(None)
    assert choice.currentText() == "Choose one…"


def test_nothing_is_chosen_when_the_first_layer_comes(project):
    project.removeAllMapLayers()
    choice = LayerChoice("Choose one…")
    layer = QgsVectorLayer("Polygon?crs=EPSG:32618", "Aden", "memory")
    project.addMapLayer(layer)
    assert choice.currentLayer() is None
    choice.setLayer(layer)
    assert choice.currentLayer() == layer


@pytest.mark.parametrize("number", [0, 1, 2])
def test_without_the_chosen_layer_none_is_chosen(choice, towns, project, number):
    choice.setLayer(towns[number])
    shown = []
    choice.currentIndexChanged.connect(lambda _: shown.append(choice.currentText()))
    project.removeMapLayer(towns[number].id())
    assert choice.currentLayer() is None
    assert choice.currentText() == "Choose one…"
    # not even in between
    assert set(shown) == {"Choose one…"}


def test_whoever_listens_hears_that_the_chosen_layer_went(choice, towns, project):
    choice.setLayer(towns[1])
    heard = []
    choice.layerChanged.connect(lambda layer: heard.append(layer))
    project.removeMapLayer(towns[1].id())
    assert heard == [None]


@pytest.mark.parametrize("removed", [0, 2])
def test_the_chosen_layer_stays_when_another_goes(choice, towns, project, removed):
    choice.setLayer(towns[1])
    project.removeMapLayer(towns[removed].id())
    assert choice.currentLayer() == towns[1]


def test_all_layers_go_at_once(choice, towns, project):
    choice.setLayer(towns[2])
    project.clear()
    assert (choice.currentLayer(), choice.count()) == (None, 1)


def test_a_layer_that_is_offered_no_more_is_not_replaced(choice, towns):
    choice.setLayer(towns[0])
    choice.setExceptedLayerList([towns[0]])
    assert choice.currentLayer() is None
    choice.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
    choice.setLayer(towns[1])
    choice.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
    assert choice.currentLayer() is None


def test_a_new_name_changes_no_choice(choice, towns):
    choice.setLayer(towns[0])
    towns[0].setName("Zug")
    assert choice.currentLayer() == towns[0]
    towns[1].setName("Zwolle")
    assert choice.currentLayer() == towns[0]
