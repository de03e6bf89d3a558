"""The damage raster comes to lie below the polygons, in whatever order QGIS loads the layers."""

from __future__ import annotations

import itertools

import pytest
from qgis.core import QgsRasterLayer, QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage, write_raster
from xview2_qgis.processing.assess.result_order import ResultOrder


@pytest.fixture
def layers(tmp_path):
    write_geopackage(str(tmp_path / "out.gpkg"))
    write_raster(str(tmp_path / "out.tif"))
    return {
        "damage": QgsVectorLayer(f"{tmp_path}/out.gpkg|layername=damage", "damage", "ogr"),
        "area": QgsVectorLayer(f"{tmp_path}/out.gpkg|layername=damage", "area", "ogr"),
        "raster": QgsRasterLayer(str(tmp_path / "out.tif"), "raster"),
    }


def names(group):
    return [node.name() for node in group.children()]


@pytest.mark.parametrize("on_top", [True, False])
@pytest.mark.parametrize("order", list(itertools.permutations(["damage", "area", "raster"])))
def test_the_raster_is_the_lowest_of_the_result(project, layers, order, on_top):
    group = project.layerTreeRoot().addGroup("results")
    project.addMapLayer(other := QgsVectorLayer("Polygon", "other", "memory"), False)
    group.addLayer(other)
    result = ResultOrder()
    for name in order:
        project.addMapLayer(layers[name], False)
        if on_top:
            group.insertLayer(0, layers[name])
        else:
            group.addLayer(layers[name])
        result.loaded(layers[name], project)
    polygons = [name for name in order if name != "raster"]
    expected = [*polygons[::-1], "raster", "other"] if on_top else ["other", *polygons, "raster"]
    assert names(group) == expected
    assert len(project.mapLayers()) == 4


def test_a_layer_in_another_group_or_in_no_tree_stays(project, layers):
    group = project.layerTreeRoot().addGroup("results")
    result = ResultOrder()
    for name in layers:
        project.addMapLayer(layers[name], False)
    group.addLayer(layers["raster"])
    project.layerTreeRoot().addLayer(layers["damage"])
    for layer in layers.values():
        result.loaded(layer, project)
        result.loaded(layer, None)
    assert names(project.layerTreeRoot()) == ["results", "damage"]
    assert names(group) == ["raster"]
    assert len(project.mapLayers()) == 3
