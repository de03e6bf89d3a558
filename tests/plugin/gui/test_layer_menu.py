"""The context menu of damage layers."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.windows import Windows


@pytest.fixture
def windows(interface, project):
    made = Windows(interface)
    yield made
    made.unload()


def test_damage_layers_have_it_and_no_others(interface, project, tmp_path, windows):
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    damage = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr"))
    area = project.addMapLayer(QgsVectorLayer(f"{path}|layername=assessed_area", "area", "ogr"))
    roads = project.addMapLayer(QgsVectorLayer("LineString?crs=EPSG:32618", "roads", "memory"))
    assert len(interface.layer_actions) >= 7
    for layers in interface.layer_actions.values():
        assert damage in layers
        assert area not in layers
        assert roads not in layers


def test_layers_that_were_there_before_the_plugin(interface, project, tmp_path):
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    damage = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr"))
    windows = Windows(interface)
    assert all(damage in layers for layers in interface.layer_actions.values())
    windows.unload()
    assert interface.layer_actions == {}


def test_review_and_themes(interface, project, tmp_path, windows):
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    interface.active = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "town", "ogr"))
    actions = {action.objectName(): action for action in interface.layer_actions}
    actions["xView2LayerThemes"].trigger()
    assert project.mapThemeCollection().mapThemes() == ["town"]
    assert "town" in interface.bar.currentItem().text()
    actions["xView2LayerReview"].trigger()
    assert windows.show("Review").layer.damage() is interface.active
