"""Map themes of a result, applied to a real project."""

from __future__ import annotations

import pytest
from qgis.core import QgsLayerTreeModel, QgsRasterLayer, QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage, write_raster
from xview2_qgis.results.map_themes import add_themes
from xview2_qgis.results.result_images import note_images


@pytest.fixture
def result(project, tmp_path):
    """A result in its group, both images below it, and a layer of roads."""
    geopackage = str(tmp_path / "out.gpkg")
    write_geopackage(geopackage)
    layers = {
        "damage": QgsVectorLayer(f"{geopackage}|layername=damage", "Damage – town", "ogr"),
        "area": QgsVectorLayer(f"{geopackage}|layername=assessed_area", "Assessed area – town", "ogr"),
        "roads": QgsVectorLayer("LineString?crs=EPSG:32618", "roads", "memory"),
    }
    for name in ("pre", "post"):
        write_raster(str(tmp_path / f"{name}.tif"))
        layers[name] = QgsRasterLayer(str(tmp_path / f"{name}.tif"), name, "gdal")
    group = project.layerTreeRoot().addGroup("Damage – town")
    for name, layer in layers.items():
        project.addMapLayer(layer, False)
        (group if name in ("damage", "area") else project.layerTreeRoot()).addLayer(layer)
    note_images(layers["damage"], str(tmp_path / "pre.tif"), str(tmp_path / "post.tif"))
    return layers


def shown(project, theme):
    """The layers that are visible after a theme was applied."""
    root = project.layerTreeRoot()
    project.mapThemeCollection().applyTheme(theme, root, QgsLayerTreeModel(root))
    return {node.layer().name() for node in root.findLayers() if node.isVisible()}


def test_one_theme_for_each_view(project, result):
    names = add_themes(project, result["damage"])
    assert names == ["Damage – town", "Damage – town · pre-event image", "Damage – town · post-event image"]
    assert set(project.mapThemeCollection().mapThemes()) == set(names)
    assert shown(project, names[1]) == {"pre", "roads"}
    assert shown(project, names[2]) == {"post", "roads"}
    assert shown(project, names[0]) == {"Damage – town", "Assessed area – town", "post", "roads"}


def test_hidden_layers_stay_hidden(project, result):
    project.layerTreeRoot().findLayer(result["roads"].id()).setItemVisibilityChecked(False)
    names = add_themes(project, result["damage"])
    assert shown(project, names[1]) == {"pre"}


def test_again_after_a_layer_was_removed(project, result):
    add_themes(project, result["damage"])
    project.removeMapLayer(result["roads"].id())
    names = add_themes(project, result["damage"])
    assert len(project.mapThemeCollection().mapThemes()) == 3
    assert shown(project, names[2]) == {"post"}


def test_an_image_that_is_not_in_the_project_has_no_theme(project, result):
    project.removeMapLayer(result["pre"].id())
    assert add_themes(project, result["damage"]) == ["Damage – town", "Damage – town · post-event image"]
