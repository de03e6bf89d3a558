from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer

from xview2_qgis.assessment.request import files_written, request_of, under_free_names, words_of_pair
from xview2_qgis.layers.unusable_layer import UnusableLayerError


@pytest.fixture
def layers(qgis_app, image_pair):
    return [QgsRasterLayer(path, "image", "gdal") for path in image_pair]


def test_a_request_has_what_its_layers_show(layers, image_pair):
    layers[1].setRenderer(QgsMultiBandColorRenderer(layers[1].dataProvider(), 3, 2, 1))
    request = request_of({**words_of_pair(*layers, ("", "1 2 3")), "output": "o.gpkg", "tta": "model"})
    assert [request.pre.path, request.post.path] == list(image_pair)
    assert (request.post.shown_bands, request.post.bands) == ((3, 2, 1), (1, 2, 3))
    assert (request.pre.shown_bands, request.pre.bands, request.pre.nodata, request.pre.crs) == (None,) * 4
    assert (request.tta, request.events) == (None, "json")


def test_bands_that_a_layer_does_not_have_are_refused(layers):
    with pytest.raises(UnusableLayerError, match="numbers from 1 to 3"):
        words_of_pair(*layers, ("1,2,9", ""))


def test_free_names_have_the_same_number(tmp_path):
    (tmp_path / "a_2.tif").write_text("")
    words = {"pre": "p", "post": "q", "output": f"{tmp_path}/a.gpkg", "damage_raster": f"{tmp_path}/a.tif"}
    request = under_free_names(request_of({**words, "overwrite": True, "discard_reviews": True}))
    assert files_written(request) == (str(tmp_path / "a_3.gpkg"), str(tmp_path / "a_3.tif"))
    assert (request.overwrite, request.discard_reviews, request.report) == (False, False, None)
    assert request.output == Path(tmp_path / "a_3.gpkg")
