from __future__ import annotations

import pytest
from qgis.core import QgsRasterLayer, QgsVectorLayer

from xview2_qgis.results.result_names import image_name, layer_title, result_names


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/a/b/post.tif", "post"),
        ("/vsizip//a/town.zip/post event.tif", "post event"),
        ("GPKG:/a/town.gpkg:after", "town:after"),
        ("/vsicurl/https://user:secret@host/x.tif?X-Amz-Signature=abc", "x"),
        ("/a/v1.2 of May.tif", "v1.2 of May"),
        ("post", "post"),
    ],
)
def test_an_image_is_called_as_its_file(qgis_app, source, name):
    assert image_name(source) == name


def test_a_second_result_of_an_image_has_a_number(project):
    for expected in ("Damage – post", "Damage – post (2)", "Damage – post (3)"):
        names = result_names(project, "post")
        assert names.damage == expected
        project.addMapLayer(QgsVectorLayer("Polygon", names.damage, "memory"))
    assert names.area == "Assessed area – post (3)"
    assert result_names(None, "post").raster == "Damage raster – post"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Site 3.2", "Site 3.2"),
        ("after: 2018 = worst", "after: 2018 = worst"),
        ("", "post"),
        ("https://user:secret@host/post.tif?sig=abc", "post"),
    ],
)
def test_a_layer_is_called_as_its_user_calls_it(image_pair, name, title):
    assert layer_title(QgsRasterLayer(image_pair[1], name)) == title


def test_a_long_name_is_cut(qgis_app):
    assert len(result_names(None, "x" * 300).scene) == 48
