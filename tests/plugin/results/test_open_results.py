from __future__ import annotations

import pytest
from qgis.core import QgsFillSymbol, QgsRasterLayer, QgsRectangle, QgsSingleSymbolRenderer, QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage, write_raster
from xview2_qgis.results.open_results import edited_layers, layers_of, reload_layers


@pytest.fixture
def result(project, tmp_path):
    """The damage layer of a result in the project, and its file."""
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    project.addMapLayer(layer)
    return layer, path


def test_layers_of_a_file(result, project, tmp_path):
    layer, path = result
    assert list(layers_of(project, ["", path])) == [layer]
    assert list(layers_of(project, [str(tmp_path / "other.gpkg")])) == []
    assert list(layers_of(None, [path])) == []


def test_a_replaced_file_is_read_anew(result, project):
    layer, path = result
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#123456"})))
    assert (layer.featureCount(), layer.extent().xMinimum()) == (2, 500010)
    write_geopackage(path, origin=(500200.0, 4000000.0))
    assert edited_layers(project, [path]) == []
    reload_layers(project, [path])
    assert layer.extent() == QgsRectangle(500210, 4000010, 500290, 4000080)
    assert [feature["damage_class"] for feature in layer.getFeatures()] == ["no-damage", "destroyed"]
    # as the user has styled it
    assert layer.renderer().symbol().color().name() == "#123456"


def test_a_replaced_raster_is_read_anew(project, tmp_path):
    path = str(tmp_path / "damage.tif")
    write_raster(path)
    layer = QgsRasterLayer(path, "damage")
    project.addMapLayer(layer)
    write_raster(path, east=500300.0)
    reload_layers(project, [path])
    assert layer.extent() == QgsRectangle(500300, 4000000, 500400, 4000100)


def test_edits_are_not_thrown_away(result, project):
    layer, path = result
    assert edited_layers(project, [path]) == []
    layer.startEditing()
    assert layer.deleteFeature(1)
    assert edited_layers(project, [path]) == ["damage"]
    reload_layers(project, [path])
    assert layer.isModified()
    layer.rollBack()
