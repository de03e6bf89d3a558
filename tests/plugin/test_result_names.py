from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer

from xview2_qgis.result_names import image_name, result_names


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/a/b/post.tif", "post"),
        ("/vsizip//a/town.zip/post event.tif", "post event"),
        ("GPKG:/a/town.gpkg:after", "town after"),
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


def test_a_long_name_is_cut(qgis_app):
    assert len(result_names(None, "x" * 300).scene) == 48
